/// What happens around mmdebstrap's own work; each is a file in the build's directory, called with the root.
enum BaseHooks {
    /// Before anything is fetched: how this host reaches its archives. Removed again when the base is installed.
    static let setup = #"""
        mkdir -p "$1/etc/apt/apt.conf.d"
        {
            apt-config dump --no-empty | grep '^Acquire::' |
                grep -v -e '^Acquire::IndexTargets' -e '^Acquire::CompressionTypes' -e '^Acquire::GzipIndexes' \
                    -e '^Acquire::Languages' -e '^Acquire::Changelogs' -e '^Acquire::cdrom' || :
            echo 'Acquire::Languages "none";'
            echo 'Dir::Etc::netrc "/etc/apt/auth.conf";'
            echo 'Dir::Etc::netrcparts "/etc/apt/auth.conf.d";'
        } >"$1/etc/apt/apt.conf.d/00skein-build"
        """#

    /// After the essential packages, before the others: ids that other packages would take in the order in which
    /// they happen to be installed, and no initial RAM disks (we make our own).
    static let essential = #"""
        while IFS=: read -r name uid gid home; do
            case "$name" in '' | '#'*) continue ;; esac
            grep -q "^$name:" "$1/etc/group" || [ "$gid" = 65534 ] || {
                echo "$name:x:$gid:" >>"$1/etc/group"
                echo "$name:!::" >>"$1/etc/gshadow"
            }
            [ -n "$uid" ] || continue
            grep -q "^$name:" "$1/etc/passwd" || {
                echo "$name:x:$uid:$gid::$home:/usr/sbin/nologin" >>"$1/etc/passwd"
                echo "$name:!*:19000::::::" >>"$1/etc/shadow"
            }
        done <"$SKEIN_BUILD/stage/identities"
        echo 'do_symlinks = no' >"$1/etc/kernel-img.conf"
        """#

    /// What no node reads: documentation (licences stay), translations, the hardware database.
    static let dpkg = """
        force-unsafe-io
        path-exclude=/usr/share/man/*
        path-exclude=/usr/share/info/*
        path-exclude=/usr/share/doc/*
        path-include=/usr/share/doc/*/copyright
        path-exclude=/usr/share/locale/*
        path-exclude=/usr/share/lintian/*
        path-exclude=/usr/lib/udev/hwdb.d/*

        """
}
