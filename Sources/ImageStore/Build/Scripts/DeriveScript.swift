/// Derives an image: a copy of the parent's disk, mounted, changed in place, cleaned and unmounted.
///
/// In place, so that everything the parent had stays where it was and shares its chunks. The host's own apt does the
/// installing (its sources, keys, proxies and passwords are used and never enter the image); dpkg runs inside.
/// Arguments: the build's directory, the archive cache, the parent's disk, the stamp of the lists, their largest age
/// in minutes, the journal's size in MiB, the packages.
enum DeriveScript {
    static let text = #"""
        build=$1
        cache=$2
        parent=$3
        stamp=$4
        age=$5
        journal=$6
        shift 6
        root=$build/root

        phase prepare
        cp --reflink=auto --sparse=always -- "$parent" "$build/disk.raw"
        tune2fs -O ^has_journal "$build/disk.raw"
        mkdir "$root"
        # Nothing of a half image is worth a flush: it is thrown away unless the build ends well.
        mount -t ext4 -o loop,noatime,nobarrier,discard "$build/disk.raw" "$root"
        enter_root

        install() {
            {
                code=0
                apt-get -q -y -c "$build/apt.conf" -o APT::Status-Fd=3 install "$@" || code=$?
                echo "$code" >"$build/code"
            } | while IFS= read -r line; do
                printf '%s\n' "$line"
                case "$line" in *' newly installed, '*) echo "plan $line" >&3 ;; esac
            done
            read -r code <"$build/code"
            [ "$code" = 0 ]
        }
        refresh() {
            phase lists
            rm -f "$cache/stamp"
            apt-get -q -c "$build/apt.conf" -o APT::Status-Fd=3 update
            echo "$stamp" >"$cache/stamp"
        }
        fresh() {
            [ -e "$cache/stamp" ] && [ "$(cat "$cache/stamp")" = "$stamp" ] &&
                [ -n "$(find "$cache/stamp" -mmin "-$age")" ]
        }
        if [ $# -gt 0 ]; then
            mkdir -p "$cache/lists/partial" "$cache/archives/partial"
            mount --bind "$cache/archives" "$root/var/cache/apt/archives"
            exec 9>"$cache/lock"
            flock 9
            refreshed=
            fresh || { refresh && refreshed=yes; }
            phase download
            if ! install "$@" 2>"$build/apt.err"; then
                cat "$build/apt.err"
                if [ -z "$refreshed" ] && grep -q '404 ' "$build/apt.err"; then
                    # The archive has moved on since our lists were fetched.
                    refresh
                    phase download
                    install "$@" || exit 100
                else
                    ! grep -q -e 'Unable to locate package' -e 'no installation candidate' -e "Couldn't find" \
                        "$build/apt.err" || apt-cache -c "$build/apt.conf" pkgnames >"$build/names"
                    exit 100
                fi
            fi
            exec 9>&-
            umount "$root/var/cache/apt/archives"
        fi

        apply_steps
        phase scrub
        phase image
        collect
        leave_root
        scrub_root
        rm -f "$root/etc/resolv.conf"
        fstrim "$root"
        umount "$root"
        rmdir "$root"
        finish_disk
        """#
}
