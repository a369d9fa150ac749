internal import Model

/// A value of the file with its place, so that whatever is wrong with it can be said where it stands.
struct DeclaredValue {
    let value: JSONValue
    let place: String
    let faults: FaultList

    init(_ value: JSONValue, place: String, faults: FaultList) {
        self.value = value
        self.place = place
        self.faults = faults
    }

    /// The members of an object; notes a fault for every key that is not allowed.
    func members(allowed: [String]) -> [String: DeclaredValue]? {
        guard let members = members else { return nil }
        for key in members.keys.sorted() where !allowed.contains(key) {
            faults.add(members[key]?.place ?? place, "unknown key; known are \(allowed.joined(separator: ", "))")
        }
        return members
    }

    /// The members of an object with any keys.
    var members: [String: DeclaredValue]? {
        guard case .object(let members) = value else { return fault("must be an object, not \(value.kind)") }
        return Dictionary(
            uniqueKeysWithValues: members.map { key, value in
                (key, DeclaredValue(value, place: place.isEmpty ? key : "\(place).\(key)", faults: faults))
            })
    }

    /// The place of a member, whether or not it is there.
    func member(_ key: String) -> Declaration.Place { faults.place("\(place).\(key)") }

    /// Each takes a hundred times the memory that it has in the file.
    private static let mostElements = 100_000

    /// The elements of an array.
    var elements: [DeclaredValue] {
        guard case .array(let values) = value else {
            faults.add(place, "must be an array, not \(value.kind)")
            return []
        }
        guard values.count <= Self.mostElements else {
            faults.add(place, "has more than \(Self.mostElements) elements")
            return []
        }
        return values.enumerated().map { DeclaredValue($1, place: "\(place)[\($0)]", faults: faults) }
    }

    var string: String? {
        guard case .string(let string) = value else { return fault("must be a string, not \(value.kind)") }
        return string
    }

    var bool: Bool? {
        guard case .bool(let bool) = value else { return fault("must be true or false, not \(value.kind)") }
        return bool
    }

    var integer: Int? {
        guard case .number(let text) = value, let integer = Int(text) else { return fault("must be a whole number") }
        return integer
    }

    /// Runs a throwing parser on the value and notes what it throws.
    func parsed<Value>(_ parse: () throws -> Value) -> Value? {
        do {
            return try parse()
        } catch let error as NameFault {
            return fault(error.rawValue)
        } catch let error as PathFault {
            return fault(error.rawValue)
        } catch {
            return fault("\(error)")
        }
    }

    /// Notes a fault at this place.
    func fault<Value>(_ reason: String) -> Value? {
        faults.add(place, reason)
        return nil
    }

    /// Notes a fault for each of these keys that is missing.
    func require(_ keys: [String], in members: [String: DeclaredValue]) -> Bool {
        let missing = keys.filter { members[$0] == nil }
        for key in missing { faults.add(place, "the key \"\(key)\" is missing") }
        return missing.isEmpty
    }
}

/// The faults found so far in one file.
final class FaultList {
    private(set) var all: [Declaration.Fault] = []
    /// The data source that the store keeps, which is given back to it, changed somewhere; nil for a new one.
    let kept: DataSourceSettings?
    private let lines: [String: Int]

    init(lines: [String: Int], kept: DataSourceSettings? = nil) {
        self.lines = lines
        self.kept = kept
    }

    func place(_ path: String) -> Declaration.Place { Declaration.Place(path: path, line: lines[path]) }

    /// Nobody reads more of them, and a text may have one for every few bytes.
    private static let most = 1_000

    func add(_ place: String, _ reason: @autoclosure () -> String) {
        guard all.count < Self.most else { return }
        all.append(Declaration.Fault(place: place, line: lines[place], reason: reason()))
    }
}
