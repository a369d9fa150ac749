internal import Model

extension Digest: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { bytes.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws {
        guard let digest = Digest(raw: try column.bytes()) else { throw column.damage }
        self = digest
    }
}

extension Fingerprint: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { bytes.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(bytes: try [UInt8](stored: column)) }
}

extension RelativePath: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { string.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension SourceName: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { description.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension ObjectName: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { description.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension PathPattern: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { description.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(stored: try column.text()) }
}

extension Timestamp: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { microseconds.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(microseconds: try column.integer()) }
}

extension Generation: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension SourceID: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension ObjectID: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension LinkPatternID: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

extension UserID: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws { self.init(try column.integer()) }
}

/// JSON is kept as its canonical text.
extension JSONValue: StoredValue {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { canonical.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws {
        do { self = try JSONParser.parse(try column.text().utf8) } catch { throw column.damage }
    }
}

extension StoredValue where Self: RawRepresentable, RawValue == String {
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { rawValue.bind(to: statement, at: index) }
    init(stored column: StoredColumn) throws {
        guard let value = Self(rawValue: try column.text()) else { throw column.damage }
        self = value
    }
}

extension ObjectKindName: StoredValue {}
extension SourceStatus: StoredValue {}
extension ObjectRevision.Action: StoredValue {}
extension FileProblem.Kind: StoredValue {}
extension ObjectType: StoredValue {}
