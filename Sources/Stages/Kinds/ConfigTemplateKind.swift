import Model

/// A config template: text, kept byte for byte. Its syntax is not looked at, as in NetBox.
struct ConfigTemplateKind: TemplateKind {
    var name: ObjectKindName { .configTemplate }
}
