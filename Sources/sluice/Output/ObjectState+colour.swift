import Model

extension ObjectState {
    /// For a person: `out of date`.
    var label: String { rawValue.replacing("_", with: " ") }

    var colour: Colour {
        switch self {
        case .inSync: .green
        case .outOfDate: .yellow
        case .editedLocally: .cyan
        case .conflict, .sourceMissing, .invalid: .red
        }
    }
}
