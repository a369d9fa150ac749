/// The refs that a server names, as far as a selection asks for them.
struct RefListing {
    private let wanted: Set<String>
    private var found: [String: ObjectID] = [:]
    /// What annotated tags lead to.
    private var peeled: [String: ObjectID] = [:]
    private(set) var hasForeignIDs = false

    init(_ selection: RefSelection) { wanted = Set(selection.candidates) }

    /// What `selection` means; annotated tags are peeled.
    func resolve(_ selection: RefSelection) -> ResolvedRef? {
        for name in selection.candidates {
            guard let id = found[name] else { continue }
            return peeled[name].map { ResolvedRef($0, name: name, tag: id) } ?? ResolvedRef(id, name: name)
        }
        return nil
    }

    fileprivate mutating func add(_ id: Substring, _ name: Substring) {
        if let id = checked(id, name) { found[String(name)] = id }
    }

    fileprivate mutating func add(peeled id: Substring, _ name: Substring) {
        if let id = checked(id, name) { peeled[String(name)] = id }
    }

    private mutating func checked(_ text: Substring, _ name: Substring) -> ObjectID? {
        guard wanted.contains(String(name)), text != "unborn" else { return nil }
        guard let id = ObjectID(hex: text.utf8) else {
            hasForeignIDs = true
            return nil
        }
        return id.isZero ? nil : id
    }
}

/// The answer to `ls-refs`.
/// - Source: gitprotocol-v2(5).
struct RefAnswer: PacketConsumer {
    private(set) var refs: RefListing
    private(set) var isComplete = false

    init(_ selection: RefSelection) { refs = RefListing(selection) }

    mutating func take(_ packet: PacketDecoder.Packet) throws {
        guard case .data(let line) = packet else {
            isComplete = true
            return
        }
        if let said = ServerSaid(packet: line) { throw said }
        let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count >= 2 else { throw PacketDecoder.Malformed() }
        let mark = "peeled:"
        let peeled = words.dropFirst(2).first { $0.hasPrefix(mark) }
        refs.add(words[0], words[1])
        if let peeled { refs.add(peeled: peeled.dropFirst(mark.count), words[1]) }
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

    init(_ selection: RefSelection) { refs = RefListing(selection) }

    mutating func take(_ packet: PacketDecoder.Packet) throws {
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
        if capabilities.version == 2 { capabilities.add(text) } else { takeRef(text) }
    }

    private mutating func takeRef(_ text: Substring) {
        let parts = text.split(separator: "\0", maxSplits: 1)
        if !hasCapabilities, parts.count == 2 {
            hasCapabilities = true
            for capability in parts[1].split(separator: " ") { capabilities.add(capability) }
        }
        let words = (parts.first ?? "").split(separator: " ")
        guard words.count == 2 else { return }
        // The peeled value of a tag follows the tag.
        if words[1].hasSuffix("^{}") {
            refs.add(peeled: words[0], words[1].dropLast(3))
        } else {
            refs.add(words[0], words[1])
        }
    }
}
