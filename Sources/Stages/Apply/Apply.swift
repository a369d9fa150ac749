package import Model
package import Permissions

/// Stage two: puts files' content into objects. The only thing that writes a synced object's content from a file.
package struct Apply: Sendable {
    private let store: any Store
    private let decode: Decode
    private let bytesAtOnce: Int64
    private let now: @Sendable () -> Timestamp

    /// - Parameter bytesAtOnce: how large the files of objects that are applied each for itself, and share a transaction,
    ///   may be together; one may be larger.
    package init(
        store: any Store, bytesAtOnce: Int64 = 64 << 20, now: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        decode = Decode(store: store)
        self.bytesAtOnce = bytesAtOnce
        self.now = now
    }

    /// Applies the files of the objects that `permit` is for.
    ///
    /// - Parameters:
    ///   - seen: the status of each object as somebody saw it. If the file, the content or the link has moved since,
    ///     that object is refused.
    ///   - keepsGoing: whether the rest is applied when some are refused. Otherwise one refusal leaves all as they were.
    /// - Returns: a report for each, in the order of `seen`.
    /// - Throws: ``StoreError``; nothing is written then, or with `keepsGoing` no more than was applied before it.
    package func callAsFunction(
        _ seen: [ObjectStatus], permit: consuming Permit<ApplyContent>, keepsGoing: Bool = false,
        action: ObjectRevision.Action = .apply
    ) async throws -> [ApplyReport] {
        let actor = permit.use(on: seen.map(\.object.id))
        // Each for itself: no more content is in memory at once than a batch has.
        guard keepsGoing else { return try await apply(seen[...], keepsGoing: false, by: actor, action) }
        var reports: [ApplyReport] = []
        reports.reserveCapacity(seen.count)
        var rest = seen[...]
        while !rest.isEmpty {
            let batch = batch(of: rest)
            rest = rest.dropFirst(batch.count)
            reports += try await apply(batch, keepsGoing: true, by: actor, action)
        }
        return reports
    }

    /// How many objects that are applied each for itself share a transaction at most.
    private static let objectsAtOnce = 1_000

    /// The first of these, as many as may share a transaction, but at least one.
    private func batch(of rest: ArraySlice<ObjectStatus>) -> ArraySlice<ObjectStatus> {
        var bytes: Int64 = 0
        let fitting = rest.prefix(Self.objectsAtOnce).prefix { status in
            bytes += status.state.isApplicable ? status.file?.size ?? 0 : 0
            return bytes <= bytesAtOnce
        }
        return fitting.isEmpty ? rest.prefix(1) : fitting
    }

    private func apply(
        _ seen: ArraySlice<ObjectStatus>, keepsGoing: Bool, by actor: AuditActor, _ action: ObjectRevision.Action
    ) async throws -> [ApplyReport] {
        var reports: [ApplyReport?] = Array(repeating: nil, count: seen.count)
        var applications: [(index: Int, Application)] = []
        for (index, status) in seen.enumerated() {
            switch try await prepare(status, action: action) {
            case .ready(let application): applications.append((index, application))
            case .settled(let outcome): reports[index] = Self.report(status, outcome)
            }
        }
        let isHeldBack = !keepsGoing && reports.contains { $0?.isDone == false }
        let outcomes =
            isHeldBack
            ? applications.map { _ in ApplicationOutcome.withheld }
            : try await store.apply(
                applications.map(\.1), keepsGoing: keepsGoing, by: actor, at: now())
        for ((index, application), outcome) in zip(applications, outcomes) {
            reports[index] = Self.report(application, outcome)
        }
        return reports.compactMap { $0 }
    }

    private enum Prepared {
        case ready(Application)
        case settled(ApplyReport.Outcome)
    }

    /// Decodes before the transaction, so that content which cannot be used never comes near it.
    private func prepare(_ status: ObjectStatus, action: ObjectRevision.Action) async throws -> Prepared {
        switch status.state {
        case .inSync: return .settled(.alreadyCurrent)
        case .sourceMissing: return .settled(.refused(.sourceMissing))
        case .invalid: return .settled(.refused(.invalid(status.unusable)))
        case .outOfDate, .editedLocally, .conflict: break
        }
        guard let file = status.file else { return .settled(.refused(.sourceMissing)) }
        switch try await decode(file, for: status.object.reference.kind) {
        case .success(let content):
            return .ready(
                Application(
                    object: status.object.id, reference: status.object.reference, seen: status.seen, content: content,
                    file: file.digest, revision: status.revision, action: action))
        case .failure(let fault): return .settled(.refused(.invalid(fault.description)))
        }
    }

    private static func report(_ status: ObjectStatus, _ outcome: ApplyReport.Outcome) -> ApplyReport {
        let present = status.object.content.present
        return ApplyReport(status.object.reference, outcome, before: present, after: present)
    }

    private static func report(_ application: Application, _ outcome: ApplicationOutcome) -> ApplyReport {
        let before = application.seen.present
        switch outcome {
        case .applied:
            return ApplyReport(application.reference, .applied, before: before, after: application.content.digest)
        case .moved(let now):
            return ApplyReport(
                application.reference, .refused(.moved(from: application.seen, to: now)), before: before, after: before)
        case .withheld:
            return ApplyReport(application.reference, .refused(.withheld), before: before, after: before)
        }
    }
}
