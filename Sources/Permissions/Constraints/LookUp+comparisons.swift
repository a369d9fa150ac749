import Model

/// Why a value cannot be compared with.
struct OperandFault: Error {
    let reason: String
}

/// The meaning of each comparison.
extension LookUp {
    typealias Test = @Sendable (JSONValue) -> Bool

    static func test(
        _ comparison: Comparison, _ operand: JSONValue, _ kind: AttributeDeclaration.Kind
    ) throws(OperandFault) -> Test {
        if comparison == .isnull { return try isNull(operand) }
        if comparison == .exact, operand == .null { return try isNull(true) }
        let single = try singleTest(comparison, operand, kind)
        guard kind == .texts else { return { $0 != .null && single($0) } }
        return { value in
            guard case .array(let members) = value else { return false }
            return members.contains(where: single)
        }
    }

    private static func isNull(_ operand: JSONValue) throws(OperandFault) -> Test {
        guard case .bool(let wanted) = operand else { throw OperandFault(reason: "isnull takes true or false") }
        return { ($0 == .null || $0 == []) == wanted }
    }

    private static func singleTest(
        _ comparison: Comparison, _ operand: JSONValue, _ kind: AttributeDeclaration.Kind
    ) throws(OperandFault) -> Test {
        if comparison == .in {
            guard case .array(let operands) = operand else { throw OperandFault(reason: "in takes a list") }
            return try memberTest(operands, kind)
        }
        switch kind {
        case .text, .texts:
            guard case .string(let text) = operand else {
                throw OperandFault(reason: "must be compared with a string, not \(operand.kind)")
            }
            let test = try textTest(comparison, text)
            return { value in
                guard case .string(let string) = value else { return false }
                return test(string)
            }
        case .number:
            guard let number = Number(operand) else {
                throw OperandFault(reason: "must be compared with a whole number, not \(operand.kind)")
            }
            let test = try orderTest(comparison, kind: "a number", number)
            return { Number($0).map(test) ?? false }
        case .flag:
            guard case .bool = operand else {
                throw OperandFault(reason: "must be compared with true or false, not \(operand.kind)")
            }
            guard comparison == .exact else {
                throw OperandFault(reason: "\(comparison.rawValue) does not suit a flag")
            }
            return { $0 == operand }
        }
    }

    /// Takes the same time however long the list is.
    private static func memberTest(
        _ operands: [JSONValue], _ kind: AttributeDeclaration.Kind
    ) throws(OperandFault) -> Test {
        var members: Set<Member> = []
        for operand in operands {
            // What it throws is the same for one value.
            _ = try singleTest(.exact, operand, kind)
            if let member = Member(operand) { members.insert(member) }
        }
        return { [members] value in Member(value).map(members.contains) ?? false }
    }

    /// By bytes, as the store orders text; `i...` without regard to case.
    private static func textTest(
        _ comparison: Comparison, _ text: String
    ) throws(OperandFault) -> @Sendable (String) -> Bool {
        let bytes = Array(text.utf8)
        let folded = Array(text.lowercased().utf8)
        switch comparison {
        case .exact: return { $0.utf8.elementsEqual(bytes) }
        case .iexact: return { $0.lowercased().utf8.elementsEqual(folded) }
        case .contains: return { bytes.isEmpty || $0.utf8.firstRange(of: bytes) != nil }
        case .icontains: return { folded.isEmpty || $0.lowercased().utf8.firstRange(of: folded) != nil }
        case .startswith: return { $0.utf8.starts(with: bytes) }
        case .istartswith: return { $0.lowercased().utf8.starts(with: folded) }
        case .endswith: return { $0.utf8.reversed().starts(with: bytes.reversed()) }
        case .iendswith: return { $0.lowercased().utf8.reversed().starts(with: folded.reversed()) }
        case .regex, .iregex:
            let expression = try TextExpression(text, ignoresCase: comparison == .iregex)
            return { expression.finds(in: $0) }
        case .gt, .gte, .lt, .lte:
            let test = try orderTest(comparison, kind: "a text", ByteOrdered(bytes: bytes))
            return { test(ByteOrdered(bytes: Array($0.utf8))) }
        case .in, .isnull: throw OperandFault(reason: "\(comparison.rawValue) does not suit a text")
        }
    }

    private static func orderTest<Value: Comparable & Sendable>(
        _ comparison: Comparison, kind: String, _ bound: Value
    ) throws(OperandFault) -> @Sendable (Value) -> Bool {
        switch comparison {
        case .exact: return { $0 == bound }
        case .gt: return { $0 > bound }
        case .gte: return { $0 >= bound }
        case .lt: return { $0 < bound }
        case .lte: return { $0 <= bound }
        default: throw OperandFault(reason: "\(comparison.rawValue) does not suit \(kind)")
        }
    }
}

/// A value as a list of values is compared with it.
private enum Member: Hashable, Sendable {
    case text([UInt8])
    case number(Int64)
    case flag(Bool)

    init?(_ json: JSONValue) {
        switch json {
        case .string(let text): self = .text(Array(text.utf8))
        case .number(let text):
            guard let number = Int64(text) else { return nil }
            self = .number(number)
        case .bool(let flag): self = .flag(flag)
        default: return nil
        }
    }
}

private struct ByteOrdered: Comparable, Sendable {
    let bytes: [UInt8]

    static func < (left: ByteOrdered, right: ByteOrdered) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// A whole number of an attribute or a constraint.
private struct Number: Comparable, Sendable {
    let value: Int64

    init?(_ json: JSONValue) {
        guard case .number(let text) = json, let value = Int64(text) else { return nil }
        self.value = value
    }

    static func < (left: Number, right: Number) -> Bool { left.value < right.value }
}
