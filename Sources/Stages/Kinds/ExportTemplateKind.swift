package import Model

/// An export template: text, kept byte for byte.
package struct ExportTemplateKind: TemplateKind {
    package var name: ObjectKindName { .exportTemplate }

    /// NetBox's `?export=table` means something else.
    package func fault(in name: ObjectName) -> String? {
        name.description.lowercased() == "table" ? "an export template cannot be called \"\(name)\"" : nil
    }
}
