import Model

/// An export template: text, kept byte for byte.
struct ExportTemplateKind: TemplateKind {
    var name: ObjectKindName { .exportTemplate }

    /// NetBox's `?export=table` means something else.
    func fault(in name: ObjectName) -> String? {
        name.description.lowercased() == "table" ? "an export template cannot be called \"\(name)\"" : nil
    }
}
