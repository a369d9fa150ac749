/// The refs that a repository names, as far as a selection asks for them.
struct RefListing {
    private let selection: RefSelection
    private let wanted: Set<String>
    private var found: [String: ResolvedRef] = [:]
    private var tags: TagSearch?
    /// The branch that HEAD names.
    private var head: String?
    private(set) var hasForeignIDs = false

    init(_ selection: RefSelection) {
        self.selection = selection
        wanted = Set(selection.candidates)
        if case .newestTag(let range) = selection { tags = TagSearch(range) }
    }

    /// What the selection means among the refs that were named.
    ///
    /// - Parameter place: for the error.
    /// - Throws: `.notFound`.
    func followed(at place: String) throws(GitFailure) -> ResolvedRef {
        let names = tags?.chosen.map { [$0.ref] } ?? selection.candidates
        guard let ref = names.lazy.compactMap({ found[$0] }).first else {
            throw tags?.missing(at: place) ?? selection.missing(at: place)
        }
        return ref.name == "HEAD" ? ResolvedRef(ref.commit, name: head, tag: ref.tag) : ref
    }

    /// Whether the id of the ref called `name` is of use; of tags in a range, that of the newest so far is.
    mutating func wants(_ name: String) -> Bool { tags?.take(name) ?? wanted.contains(name) }

    mutating func add(_ id: ObjectID, _ name: String, peeled: ObjectID?) {
        // Of tags, the newest so far takes the place of the one before it.
        if tags != nil { found.removeAll() }
        found[name] = ResolvedRef(peeled ?? id, name: name, tag: peeled == nil ? nil : id)
    }

    mutating func noteHead(_ branch: some StringProtocol) { head = String(branch) }

    fileprivate mutating func add(_ id: Substring, _ name: Substring, peeled: Substring? = nil) {
        guard id != "unborn", wants(String(name)) else { return }
        let peeledID = peeled.map { ObjectID(hex: $0.utf8) }
        guard let id = ObjectID(hex: id.utf8), peeledID != .some(nil) else {
            hasForeignIDs = true
            return
        }
        if !id.isZero { add(id, String(name), peeled: peeledID ?? nil) }
    }

    /// Before version 2, the peeled value of a tag follows the tag.
    fileprivate mutating func addPeeled(_ id: Substring, _ name: Substring) {
        guard let tag = found[String(name)], let id = ObjectID(hex: id.utf8) else { return }
        add(tag.commit, String(name), peeled: id)
    }
}

/// The answer to `ls-refs`.
/// - Source: gitprotocol-v2(5).
struct RefAnswer: PacketConsumer {
    private(set) var refs: RefListing
    private(set) var isComplete = false
    private var bound = AnswerBound.refs

    init(_ selection: RefSelection) { refs = RefListing(selection) }

    mutating func take(_ packet: PacketDecoder.Packet) throws {
        try bound.note(packet.count)
        guard case .data(let line) = packet else {
            isComplete = true
            return
        }
        if let said = ServerSaid(packet: line) { throw said }
        guard line.count <= AnswerBound.longestRefLine else { throw PacketDecoder.Malformed() }
        let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count >= 2 else { throw PacketDecoder.Malformed() }
        let attributes = words.dropFirst(2)
        if words[1] == "HEAD", let branch = Self.value(of: "symref-target:", in: attributes) { refs.noteHead(branch) }
        refs.add(words[0], words[1], peeled: Self.value(of: "peeled:", in: attributes))
    }
}

extension RefAnswer {
    private static func value(of mark: String, in attributes: ArraySlice<Substring>) -> Substring? {
        attributes.first { $0.hasPrefix(mark) }?.dropFirst(mark.count)
    }
}

/// What a server says first: its capabilities and, before version 2, its refs.
/// - Source: gitprotocol-http(5), gitprotocol-pack(5), gitprotocol-v2(5).
struct Advertisement: PacketConsumer {
    private(set) var capabilities = ServerCapabilities(version: 0)
    private(set) var refs: RefListing
    private(set) var isComplete = false
    private var isAtStart = true
    private var isAfterService = false
    private var hasCapabilities = false
    private var capabilityBound = AnswerBound.capabilities
    private var refBound = AnswerBound.refs

    init(_ selection: RefSelection) { refs = RefListing(selection) }

    mutating func take(_ packet: PacketDecoder.Packet) throws {
        if capabilities.version == 2 { try capabilityBound.note(packet.count) } else { try refBound.note(packet.count) }
        guard case .data(let line) = packet else {
            // The flush after the line that names the service does not end anything.
            isComplete = !isAfterService
            isAfterService = false
            return
        }
        if let said = ServerSaid(packet: line) { throw said }
        let text = String(decoding: line, as: UTF8.self).split(separator: "\n").first ?? ""
        isAfterService = isAtStart && text.hasPrefix("# service=")
        if isAfterService { return }
        if isAtStart, text.hasPrefix("version ") {
            isAtStart = text == "version 1"
            if text == "version 2" { capabilities = ServerCapabilities(version: 2) }
            hasCapabilities = text == "version 2"
            return
        }
        isAtStart = false
        if capabilities.version == 2 { capabilities.add(text) } else { try takeRef(text) }
    }

    private mutating func takeRef(_ text: Substring) throws {
        guard !hasCapabilities || text.utf8.count <= AnswerBound.longestRefLine else { throw PacketDecoder.Malformed() }
        let parts = text.split(separator: "\0", maxSplits: 1)
        if !hasCapabilities, parts.count == 2 {
            hasCapabilities = true
            for capability in parts[1].split(separator: " ") {
                capabilities.add(capability)
                let mark = "symref=HEAD:"
                if capability.hasPrefix(mark) { refs.noteHead(capability.dropFirst(mark.count)) }
            }
        }
        let words = (parts.first ?? "").split(separator: " ")
        guard words.count == 2 else { throw PacketDecoder.Malformed() }
        if words[1].hasSuffix("^{}") {
            refs.addPeeled(words[0], words[1].dropLast(3))
        } else {
            refs.add(words[0], words[1])
        }
    }
}
