/// User and group ids of daemons that clusters install, the same in every image whatever is installed in what order.
///
/// Files on disk carry numbers: without this table a package installed before another would change the owner of
/// files, and a shared file system would show them to the wrong daemon. Packages find their user there already.
enum FixedIdentities {
    /// `name:uid:gid:home`; no uid: a group only; gid 65534: no group of its own.
    static let text = """
        systemd-network:901:901:/
        systemd-resolve:902:902:/
        systemd-timesync:903:903:/
        messagebus:904:904:/nonexistent
        sshd:905:65534:/run/sshd
        munge:906:906:/var/lib/munge
        slurm:64030:64030:/nonexistent
        statd:908:65534:/var/lib/nfs
        _rpc:909:65534:/run/rpcbind
        polkitd:911:911:/nonexistent
        _chrony:912:912:/var/lib/chrony
        ntpsec:913:913:/nonexistent
        dnsmasq:914:65534:/var/lib/misc
        mysql:915:915:/nonexistent
        postgres:916:916:/var/lib/postgresql
        nslcd:918:918:/run/nslcd
        sssd:919:919:/var/lib/sss
        uuidd:920:920:/run/uuidd
        tcpdump:921:921:/nonexistent
        prometheus:925:925:/var/lib/prometheus
        systemd-journal::940:
        _ssh::941:
        input::942:
        sgx::943:
        kvm::944:
        render::945:
        crontab::946:
        netdev::947:
        ssl-cert::949:
        rdma::950:

        """
}
