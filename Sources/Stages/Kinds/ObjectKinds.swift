package import Model

/// The registered kinds, one line each; the compiler asks for the line of a new one.
package enum ObjectKinds {
    package static func kind(_ name: ObjectKindName) -> any ObjectKind {
        switch name {
        case .configContext: ConfigContextKind()
        case .configTemplate: ConfigTemplateKind()
        case .exportTemplate: ExportTemplateKind()
        }
    }

    package static let all: [any ObjectKind] = ObjectKindName.allCases.map(kind)

    /// No object takes more, although a larger file may be replicated. It is the default size limit of data sources.
    package static let largestContentInBytes = FileSelection.defaultSizeLimitInBytes
}
