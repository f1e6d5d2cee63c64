/// Builds a base: mmdebstrap into a directory, our guest files, then a file system made from the directory.
///
/// Arguments: the build's directory, the archive cache, the suite, the packages (with commas), the stamp of the
/// lists, the disk's size in bytes, the journal's size in MiB, the file system's identity.
enum BaseScript {
    static let text = #"""
        build=$1
        cache=$2
        suite=$3
        packages=$4
        stamp=$5
        size=$6
        journal=$7
        identity=$8
        scratch=$build/scratch
        root=$scratch/root
        export SKEIN_BUILD="$build"

        # The tree grows in a file system that never flushes: waiting for the host's disk took half of the time.
        mke2fs -q -F -t ext4 -b 4096 -O ^has_journal -E lazy_itable_init=1,nodiscard "$build/scratch.raw" "$((size / 1024))k"
        mkdir "$scratch"
        mount -t ext4 -o loop,noatime,nobarrier "$build/scratch.raw" "$scratch"

        phase lists
        set --
        for sources in "$cache"/sources/*; do set -- "$@" "$sources"; done
        {
            code=0
            mmdebstrap --mode=root --variant=minbase --format=directory --skip=cleanup/apt/lists \
                --dpkgopt="$build/stage/dpkg.cfg" --aptopt='APT::Install-Recommends "false"' \
                --setup-hook='sh -eu "$SKEIN_BUILD/stage/setup" "$1"' \
                --essential-hook='sh -eu "$SKEIN_BUILD/stage/essential" "$1"' \
                --include="$packages" "$suite" "$root" "$@" 3>&- || code=$?
            echo "$code" >"$build/code"
        } 2>&1 | while IFS= read -r line; do
            printf '%s\n' "$line"
            case "$line" in
                'I: downloading packages'*) phase download ;;
                'I: extracting archives'*) phase install ;;
                'I: '*) echo "item ${line#I: }" >&3 ;;
            esac
        done
        read -r code <"$build/code"
        [ "$code" = 0 ] || exit "$code"

        # The lists serve the derivations to come.
        mkdir -p "$cache"
        (
            flock 9
            rm -rf "$cache/lists"
            mv "$root/var/lib/apt/lists" "$cache/lists"
            echo "$stamp" >"$cache/stamp"
        ) 9>"$cache/lock"
        mkdir -p "$root/var/lib/apt/lists/partial"
        rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/00skein-build \
            "$root"/initrd.img* "$root"/vmlinuz* "$root/usr/lib/udev/hwdb.bin"

        enter_root
        apply_steps
        phase scrub
        inside /bin/sh -eu /tmp/skein/settle
        phase image
        collect
        leave_root
        rm -f "$root/etc/resolv.conf"
        scrub_root
        # No journal while the file system is filled: what it held would be part of the image.
        mke2fs -q -F -t ext4 -b 4096 -O ^has_journal -E "hash_seed=$identity,lazy_itable_init=1,nodiscard,root_owner=0:0" \
            -U "$identity" -L skein-root -m 1 -d "$root" "$build/disk.raw" "$((size / 1024))k"
        finish_disk
        umount "$scratch"
        """#
}
