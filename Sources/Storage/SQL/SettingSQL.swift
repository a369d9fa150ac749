/// What administrators set for the store as a whole.
enum SettingSQL {
    static let value = "SELECT value FROM setting WHERE name = $1"
    static let set = """
        INSERT INTO setting (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """
    static let unset = "DELETE FROM setting WHERE name = $1"
}
