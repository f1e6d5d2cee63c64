/// `/usr/lib/skein/firstboot`: gives a node its identity at each boot, and says how far the boot is.
///
/// `firstboot identity` runs before the network and sshd, `firstboot ready` after them.
enum FirstbootScript {
    static let text = #"""
        #!/bin/sh
        # The life of a node's first minute; called by skein-firstboot.service and skein-ready.service at every boot.
        set -u
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        port=
        for name in /sys/class/virtio-ports/*/name; do
            value=
            read -r value 2>/dev/null <"$name"
            [ "$value" != org.skein.ready.0 ] || {
                port=${name%/name}
                port=/dev/${port##*/}
            }
        done

        # A line for people on the console and for the host on its channel.
        say() {
            echo "skein: $*" >/dev/console
            [ -z "$port" ] || echo "$*" >"$port"
        }

        # The seed is a tar on a disk of its own, found by the disk's serial without waiting for udev.
        unpack_seed() {
            for serial in /sys/block/vd*/serial; do
                value=
                read -r value 2>/dev/null <"$serial"
                [ "$value" = skein-seed ] || continue
                disk=${serial%/serial}
                tar --extract --file="/dev/${disk##*/}" --directory=/ --numeric-owner --preserve-permissions \
                    --keep-directory-symlink --overwrite >/dev/console 2>&1 ||
                    say "error seed=unreadable"
                return
            done
        }

        take_name() {
            value=
            read -r value 2>/dev/null </etc/hostname
            [ -z "$value" ] || echo "$value" >/proc/sys/kernel/hostname
        }

        # Only when the disk is not the size that it had at the last boot.
        grow_root() {
            root=/dev/vda
            read -r line </proc/cmdline
            for word in $line; do
                case "$word" in root=*) root=${word#root=} ;; esac
            done
            size=
            read -r size 2>/dev/null <"/sys/class/block/${root##*/}/size" || return
            last=
            read -r last 2>/dev/null </var/lib/skein/root-sectors
            [ "$size" != "$last" ] || return
            if resize2fs "$root" >/dev/null 2>&1; then
                echo "$size" >/var/lib/skein/root-sectors
            else
                say "error grow=failed"
            fi
        }

        make_host_key() {
            key=/etc/ssh/ssh_host_ed25519_key
            [ -x /usr/sbin/sshd ] || return
            [ -s "$key" ] || ssh-keygen -q -t ed25519 -N '' -C '' -f "$key" >/dev/console 2>&1
        }

        # True when networkd says that some address can be routed.
        routable() {
            while IFS='=' read -r field value; do
                case "$field=$value" in IPV4_ADDRESS_STATE=routable | ADDRESS_STATE=routable) return 0 ;; esac
            done 2>/dev/null </run/systemd/netif/state
            return 1
        }

        wait_for_network() {
            has_device=
            for device in /sys/class/net/*/device; do
                [ ! -e "$device" ] || has_device=yes
            done
            [ -n "$has_device" ] || {
                say "phase network state=none"
                return
            }
            tries=0
            until routable; do
                tries=$((tries + 1))
                [ $tries -lt 300 ] || {
                    say "phase network state=timeout"
                    return
                }
                sleep 0.1
            done
            addresses=$(ip -4 -o address show scope global | while read -r number device family address rest; do
                printf '%s,' "${address%/*}"
            done)
            say "phase network address=${addresses%,}"
        }

        # No resolver runs here: what DHCP said goes into the file, unless somebody else wrote it.
        name_servers() {
            [ ! -s /etc/resolv.conf ] || return
            while IFS='=' read -r field value; do
                [ "$field" != DNS ] || for server in $value; do echo "nameserver $server"; done
            done 2>/dev/null </run/systemd/netif/state >/etc/resolv.conf
        }

        wait_for_ssh() {
            [ -x /usr/sbin/sshd ] || return
            tries=0
            until [ -e /run/sshd.pid ]; do
                tries=$((tries + 1))
                [ $tries -lt 100 ] || {
                    say "phase ssh state=timeout"
                    return
                }
                sleep 0.1
            done
            say "phase ssh"
        }

        run_hooks() {
            failed=
            [ ! -r /run/skein/node.env ] || {
                set -a
                . /run/skein/node.env
                set +a
            }
            for hook in /etc/skein/ready.d/*; do
                [ -f "$hook" ] && [ -x "$hook" ] || continue
                "$hook" >/dev/console 2>&1 </dev/null || {
                    code=$?
                    echo "skein: $hook failed with exit code $code" >/dev/console
                    failed=$failed,${hook##*/}
                }
            done
        }

        case "${1-}" in
            identity)
                say "phase userspace"
                unpack_seed
                take_name
                grow_root
                make_host_key
                ;;
            ready)
                wait_for_network
                name_servers
                wait_for_ssh
                run_hooks
                say "phase done${failed:+ failed=${failed#,}}"
                # The host asks for an orderly stop by the power button, which logind hears. It can wait until now.
                modprobe -aq button evdev
                systemctl --no-block start systemd-logind.service
                ;;
            *)
                echo "usage: firstboot identity | ready" >&2
                exit 2
                ;;
        esac
        exit 0
        """#
}
