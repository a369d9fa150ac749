/// Each kind's own fields with NetBox's limits and defaults, besides name, content and link.
extension ObjectKindName {
    package var fields: [ObjectField] {
        switch self {
        case .configContext: Self.contextFields
        case .configTemplate: Self.configTemplateFields
        case .exportTemplate: Self.exportTemplateFields
        }
    }

    package func field(_ name: String) -> ObjectField? { fields.first { $0.name == name } }

    private static let description = ObjectField(
        "description", .text(longest: 200), defaultValue: "", help: "What it is for.")

    private static let contextFields: [ObjectField] =
        [
            ObjectField(
                "weight", .integer(0...32_767), defaultValue: 1_000,
                help: "Where it stands when contexts are merged; later wins."),
            description,
            ObjectField("is_active", .flag, defaultValue: true, help: "Whether it takes part in merging."),
        ]
        + [
            "regions", "site_groups", "sites", "locations", "device_types", "roles", "platforms", "cluster_types",
            "cluster_groups", "clusters", "tenant_groups", "tenants", "tags",
        ].map { name in
            ObjectField(
                name, .names, defaultValue: [],
                help: "The \(name.replacing("_", with: " ")) that it is for; empty for all.")
        }

    /// What both kinds of templates have.
    private static let renderingFields = [
        description,
        ObjectField(
            "environment_params", .environment, defaultValue: [:], help: "Parameters of the Jinja2 environment."),
        ObjectField("mime_type", .text(longest: 50), defaultValue: "", help: "Of what it renders."),
        ObjectField("file_name", .text(longest: 200), defaultValue: "", help: "Of a download, without extension."),
        ObjectField("file_extension", .text(longest: 15), defaultValue: "", help: "Of a download."),
        ObjectField("as_attachment", .flag, defaultValue: true, help: "Whether browsers save what it renders."),
    ]

    private static let configTemplateFields =
        renderingFields + [
            ObjectField("debug", .flag, defaultValue: false, help: "Whether failures to render show a trace."),
            ObjectField("tags", .names, defaultValue: [], help: "The tags that it carries."),
        ]

    private static let exportTemplateFields =
        [ObjectField(required: "object_types", .objectTypes, help: "The types of objects that it exports.")]
        + renderingFields
}
