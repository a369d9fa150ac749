/// Users, groups and object permissions.
enum AccessSQL {
    /// The newest audit row: a change after it has a higher number.
    static let version = "SELECT COALESCE(MAX(number), 0) FROM audit_row"
    /// Each change of theirs writes an audit row; those of everything else do not count. Looks at rows after $1 only.
    static let hasMoved = """
        SELECT EXISTS (
            SELECT 1 FROM audit_row
            WHERE number > $1 AND type IN ('users.user', 'users.group', 'users.objectpermission')
        )
        """

    static let users = "SELECT id, name, is_superuser, is_active FROM user_account ORDER BY name"
    static let userNamed = "SELECT id, name, is_superuser, is_active FROM user_account WHERE name = $1"
    static let groupsOfUser = """
        SELECT user_group.name
        FROM membership JOIN user_group ON user_group.id = membership.group_id
        WHERE membership.user_id = $1
        ORDER BY user_group.name
        """
    /// Returns no row when the name is taken, as do the other additions.
    static let addUser = """
        INSERT INTO user_account (name, is_superuser, is_active) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO NOTHING
        RETURNING id
        """
    static let anySuperuser = "SELECT id FROM user_account WHERE is_superuser = 1 AND is_active = 1 LIMIT 1"
    static let changeUser = "UPDATE user_account SET is_superuser = $1, is_active = $2 WHERE id = $3"
    static let removeUser = "DELETE FROM user_account WHERE name = $1"
    static let leaveGroups = "DELETE FROM membership WHERE user_id = $1"
    static let joinGroup = """
        INSERT INTO membership (user_id, group_id) VALUES ($1, $2) ON CONFLICT (user_id, group_id) DO NOTHING
        """

    static let groups = "SELECT name FROM user_group ORDER BY name"
    static let groupNamed = "SELECT id FROM user_group WHERE name = $1"
    static let addGroup = "INSERT INTO user_group (name) VALUES ($1) ON CONFLICT (name) DO NOTHING RETURNING id"
    static let removeGroup = "DELETE FROM user_group WHERE name = $1"

    static let permissions = """
        SELECT id, name, description, is_enabled, types, actions, constraints FROM object_permission ORDER BY name
        """
    static let permissionNamed = """
        SELECT id, name, description, is_enabled, types, actions, constraints FROM object_permission WHERE name = $1
        """
    /// The enabled permissions of a user and of the user's groups.
    static let permissionsOfUser = """
        SELECT id, name, description, is_enabled, types, actions, constraints
        FROM object_permission
        WHERE is_enabled = 1
          AND (id IN (SELECT permission_id FROM permission_user WHERE user_id = $1)
               OR id IN (SELECT permission_group.permission_id
                         FROM permission_group
                         JOIN membership ON membership.group_id = permission_group.group_id
                         WHERE membership.user_id = $1))
        ORDER BY name
        """
    static let usersOfPermission = """
        SELECT user_account.name
        FROM permission_user JOIN user_account ON user_account.id = permission_user.user_id
        WHERE permission_user.permission_id = $1
        ORDER BY user_account.name
        """
    static let groupsOfPermission = """
        SELECT user_group.name
        FROM permission_group JOIN user_group ON user_group.id = permission_group.group_id
        WHERE permission_group.permission_id = $1
        ORDER BY user_group.name
        """
    static let addPermission = """
        INSERT INTO object_permission (name, description, is_enabled, types, actions, constraints)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name) DO NOTHING
        RETURNING id
        """
    static let changePermission = """
        UPDATE object_permission
        SET description = $1, is_enabled = $2, types = $3, actions = $4, constraints = $5
        WHERE id = $6
        """
    static let removePermission = "DELETE FROM object_permission WHERE name = $1"
    static let withdrawFromUsers = "DELETE FROM permission_user WHERE permission_id = $1"
    static let withdrawFromGroups = "DELETE FROM permission_group WHERE permission_id = $1"
    static let giveToUser = """
        INSERT INTO permission_user (permission_id, user_id) VALUES ($1, $2)
        ON CONFLICT (permission_id, user_id) DO NOTHING
        """
    static let giveToGroup = """
        INSERT INTO permission_group (permission_id, group_id) VALUES ($1, $2)
        ON CONFLICT (permission_id, group_id) DO NOTHING
        """
}
