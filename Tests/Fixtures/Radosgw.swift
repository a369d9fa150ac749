/// A real S3 server that checks every signature strictly: Ceph's gateway on one monitor and one store in memory.
///
/// Ready in about a second, in a folder of its own that vanishes with it.
package final class Radosgw: Sendable {
    /// Debian's packages that it is made of.
    package static let packages = ["ceph-mon", "ceph-osd", "radosgw", "ceph-common", "curl"]

    /// `http://127.0.0.1:PORT`
    package let endpoint: String
    package let accessKey = "AKTEST"
    package let secretKey = "SKTEST"
    private let folder: TemporaryFolder
    private let process: ServerProcess

    /// The one server of this test process, started by whoever asks first.
    package static func shared() async throws -> Radosgw { try await starting.value }

    /// The one server of this test process that has a token service. It tells less about keys that it refuses.
    package static func sharedWithRoles() async throws -> Radosgw { try await startingWithRoles.value }

    // One start that all tests wait for belongs to none of them.
    private static let starting = Task { try await Radosgw() }
    private static let startingWithRoles = Task { try await Radosgw(hasRoles: true) }

    package init(hasRoles: Bool = false) async throws {
        try Command.require(
            ["ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin", "curl"], from: Self.packages)
        let port = try FreePort()
        let monitorPort = try FreePort()
        folder = try TemporaryFolder("sluice-radosgw")
        endpoint = "http://127.0.0.1:\(port.number)"
        let configuration = try folder.write(
            "ceph.conf", Self.configuration(folder.path, port, monitorPort, hasRoles: hasRoles))
        process = try ServerProcess(
            ["bash", "-c", Self.startScript, "radosgw", folder.path, accessKey, secretKey, "\(monitorPort.number)"],
            environment: ["CEPH_CONF": configuration],
            log: folder.path(of: "radosgw.log"), discarding: folder.path)
        try await process.wait { port.isOpen }
    }

    private static func configuration(
        _ folder: String, _ port: FreePort, _ monitorPort: FreePort, hasRoles: Bool
    ) -> String {
        """
        [global]
        fsid = 5f3a1c52-4d55-4c9a-9d0a-3d8f7c1b2e60
        mon_initial_members = a
        mon_host = [v2:127.0.0.1:\(monitorPort.number)]
        public_network = 127.0.0.0/8
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        mon_allow_pool_size_one = true
        osd_pool_default_pg_num = 1
        osd_pool_default_pgp_num = 1
        osd_crush_chooseleaf_type = 0
        # Every pool that the gateway makes is a proposal; the default waits a second for each.
        paxos_propose_interval = 0.01
        paxos_min_wait = 0.01
        osd_objectstore = memstore
        memstore_device_bytes = 1073741824
        keyring = \(folder)/keyring
        admin_socket = \(folder)/$name.asok
        log_file = \(folder)/$name.log
        crash_dir = \(folder)/crash
        mon_data = \(folder)/mon
        osd_data = \(folder)/osd
        rgw_data = \(folder)/rgw
        [client.rgw.a]
        # Without tcp_nodelay each answer waits for the client's delayed acknowledgement, about 40 ms.
        rgw_frontends = beast endpoint=127.0.0.1:\(port.number) tcp_nodelay=1
        rgw_s3_auth_use_sts = \(hasRoles)
        rgw_sts_key = abcdefghijklmnop
        # A key of the customer's own is taken over plain http too.
        rgw_crypt_require_ssl = false

        """
    }

    /// Ends as the gateway itself; monitor and store are in the same process group.
    private static let startScript = """
        set -e
        folder=$1 access=$2 secret=$3 monitor=$4
        cd "$folder" && mkdir mon osd rgw
        ceph-authtool -C keyring --gen-key -n mon. --cap mon 'allow *'
        ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
        monmaptool --create --addv a "[v2:127.0.0.1:$monitor]" --fsid 5f3a1c52-4d55-4c9a-9d0a-3d8f7c1b2e60 monmap
        ceph-mon -i a --mkfs --monmap monmap --keyring keyring
        ceph-mon -f -i a &
        uuid=$(cat /proc/sys/kernel/random/uuid) key=$(ceph-authtool --gen-print-key)
        timeout 30 ceph osd new $uuid -i - <<< "{\\"cephx_secret\\": \\"$key\\"}"
        ceph-authtool -C osd/keyring --name osd.0 --add-key $key
        ceph-osd -i 0 --mkfs --osd-uuid $uuid --keyring osd/keyring
        ceph-osd -f -i 0 --keyring osd/keyring &
        timeout 30 ceph auth get-or-create client.rgw.a mon 'allow rwx' osd 'allow rwx' -o rgw/keyring
        timeout 60 radosgw-admin user create --uid=t --display-name=T --access-key=$access --secret-key=$secret --caps="roles=*"
        exec radosgw -n client.rgw.a -f --keyring rgw/keyring
        """
}
