/// The first user space: loads the virtio modules, mounts the root file system and hands over to its init.
enum GuestInitScript {
    static let text = #"""
        #!/bin/busybox sh
        b=/bin/busybox
        $b mount -t proc proc /proc
        $b mount -t sysfs sys /sys
        $b mount -t devtmpfs dev /dev
        for module in /modules/*.ko; do
            $b insmod "$module" || echo "skein: module $module does not load"
        done
        # Devices whose drivers load when they are opened.
        $b mkdir /dev/net
        $b mknod -m 666 /dev/fuse c 10 229
        $b mknod -m 666 /dev/net/tun c 10 200
        $b mknod -m 600 /dev/loop-control c 10 237
        root=/dev/vda
        init=/sbin/init
        read -r line </proc/cmdline
        for word in $line; do
            case "$word" in
                root=*) root=${word#root=} ;;
                init=*) init=${word#init=} ;;
            esac
        done
        tries=0
        until [ -b "$root" ]; do
            tries=$((tries + 1))
            if [ $tries -gt 200 ]; then
                echo "skein: no disk $root after 10 s"
                $b poweroff -f
            fi
            $b usleep 50000
        done
        if ! $b mount -t ext4 -o rw,noatime "$root" /new; then
            echo "skein: $root is not a file system that can be mounted"
            $b poweroff -f
        fi
        $b mount --move /dev /new/dev
        $b mount --move /sys /new/sys
        $b mount --move /proc /new/proc
        exec $b switch_root /new "$init"
        """#
}
