/// Shell functions that both kinds of build share: entering an image's root, applying steps, cleaning, collecting.
///
/// They expect `build` (the build's directory), `root` (the image's root) and file descriptor 3 (lines for the daemon).
enum RootScript {
    static let text = #"""
        umask 022
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        export LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
        export INITRD=No SYSTEMD_OFFLINE=1
        unset TMPDIR LANG LANGUAGE || :

        phase() {
            echo "phase $*" >&3
            echo "--- $*"
        }

        # The few devices, file systems and files that installing software needs; nothing of the host's besides.
        enter_root() {
            mount -t proc proc "$root/proc"
            mount -t tmpfs -o mode=755,size=1m dev "$root/dev"
            for node in null zero full random urandom tty; do
                : >"$root/dev/$node"
                mount --bind "/dev/$node" "$root/dev/$node"
            done
            mkdir "$root/dev/pts" "$root/dev/shm"
            mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
            mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
            ln -s pts/ptmx "$root/dev/ptmx"
            ln -s /proc/self/fd "$root/dev/fd"
            ln -s /proc/self/fd/0 "$root/dev/stdin"
            ln -s /proc/self/fd/1 "$root/dev/stdout"
            ln -s /proc/self/fd/2 "$root/dev/stderr"
            mount -t tmpfs -o mode=755 run "$root/run"
            mkdir -m 1777 "$root/run/lock"
            mount -t tmpfs -o mode=1777 tmp "$root/tmp"
            mkdir "$root/tmp/skein"
            mount --bind "$build/stage" "$root/tmp/skein"
            rm -f "$root/etc/resolv.conf"
            : >"$root/etc/resolv.conf"
            [ ! -e /etc/resolv.conf ] || mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
            # Packages must not start daemons in here.
            printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
            chmod 755 "$root/usr/sbin/policy-rc.d"
        }

        leave_root() {
            # We are the first process of our namespace: this ends whatever a package or a step left running.
            [ $$ != 1 ] || kill -s KILL -- -1 || :
            for mounted in etc/resolv.conf tmp run proc; do
                ! mountpoint -q "$root/$mounted" || umount -R "$root/$mounted"
            done
            umount -R "$root/dev"
        }

        inside() {
            env -i PATH="$PATH" LC_ALL="$LC_ALL" HOME=/root DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 INITRD=No \
                ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
                ${no_proxy:+no_proxy="$no_proxy"} chroot "$root" "$@"
        }

        # Users, files and commands, in the order of the recipe.
        apply_steps() {
            phase users
            inside /bin/sh -eu /tmp/skein/apply users
            phase files
            inside /bin/sh -eu /tmp/skein/apply files
            number=0
            while [ -e "$build/stage/run/$number" ]; do
                phase run $((number + 1))
                inside /bin/sh -e "/tmp/skein/run/$number" 3>&- </dev/null
                number=$((number + 1))
            done
        }

        # What belongs to one machine, or only to the build.
        scrub_root() {
            rm -f "$root/usr/sbin/policy-rc.d" "$root"/etc/ssh/ssh_host_*_key "$root"/etc/ssh/ssh_host_*_key.pub \
                "$root/var/lib/systemd/random-seed" "$root/var/lib/dbus/machine-id" "$root/root/.bash_history" \
                "$root"/var/lib/dpkg/*-old "$root"/var/cache/debconf/*-old "$root"/etc/*- \
                "$root/var/cache/ldconfig/aux-cache" "$root"/var/cache/apt/*.bin
            find "$root/var/lib/apt/lists" -xdev -type f -delete
            find "$root/var/cache/apt/archives" -xdev -type f -delete
            find "$root/var/log" -xdev -type f -delete
            find "$root/var/tmp" -xdev -mindepth 1 -delete
            : >"$root/etc/machine-id"
            chmod 444 "$root/etc/machine-id"
            # systemd compares these with /usr and would otherwise rebuild its databases at the first boot.
            touch "$root/etc/.updated" "$root/var/.updated"
        }

        # The kernel, the modules that its first user space needs, busybox, and the list of packages.
        collect() {
            mkdir -p "$build/stage/out/modules"
            inside /bin/sh -eu /tmp/skein/collect
            mv "$build/stage/out/vmlinuz" "$build/kernel"
            mv "$build/stage/out" "$build/parts"
        }

        # The file system at rest: a journal for the guest, and no trace of where it was mounted.
        finish_disk() {
            tune2fs -M / -O has_journal -J "size=$journal" "$build/disk.raw"
        }
        """#
}
