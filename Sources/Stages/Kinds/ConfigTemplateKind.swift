package import Model

/// A config template: text, kept byte for byte. Its syntax is not looked at, as in NetBox.
package struct ConfigTemplateKind: TemplateKind {
    package var name: ObjectKindName { .configTemplate }
}
