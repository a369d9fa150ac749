/// The version of all that administrators declare.
enum CatalogSQL {
    static let version = "SELECT catalog_version FROM meta WHERE id = 1"
    static let advance = "UPDATE meta SET catalog_version = catalog_version + 1 WHERE id = 1"
}
