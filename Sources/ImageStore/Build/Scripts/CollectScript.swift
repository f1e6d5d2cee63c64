/// Runs inside the image's root: copies the newest kernel, the modules of the first user space (in the order in which
/// they load), busybox and the list of packages to `/tmp/skein/out`.
enum CollectScript {
    static let text = #"""
        out=/tmp/skein/out
        version=$(ls /lib/modules | sort -V | tail -n 1)
        cp "/boot/vmlinuz-$version" "$out/vmlinuz"
        cp /bin/busybox "$out/busybox"
        dpkg-query -W -f '${Package}=${Version}\n' | LC_ALL=C sort -u >"$out/packages"
        # Every wanted module after those it depends on; one that is built into the kernel has no line.
        awk -F: -v wanted="$(cat /tmp/skein/modules)" '
            function name(path) {
                sub(/.*\//, "", path)
                sub(/\.ko.*/, "", path)
                gsub(/-/, "_", path)
                return path
            }
            function add(path) { if (!(path in seen)) { seen[path] = 1; print path } }
            { paths[name($1)] = $1; needs[$1] = $2 }
            END {
                count = split(wanted, list, " ")
                for (i = 1; i <= count; i++) {
                    if (!(list[i] in paths)) continue
                    path = paths[list[i]]
                    for (n = split(needs[path], deps, " "); n > 0; n--) add(deps[n])
                    add(path)
                }
            }
        ' "/lib/modules/$version/modules.dep" >"$out/order"
        number=100
        while read -r path; do
            file=${path##*/}
            target=$out/modules/$number-${file%%.ko*}.ko
            case "$file" in
                *.ko) cp "/lib/modules/$version/$path" "$target" ;;
                *.ko.xz) busybox unxz -c <"/lib/modules/$version/$path" >"$target" ;;
                *.ko.gz) busybox gunzip -c <"/lib/modules/$version/$path" >"$target" ;;
                *)
                    echo "module $path is compressed in a way we do not read" >&2
                    exit 1
                    ;;
            esac
            number=$((number + 1))
        done <"$out/order"
        rm "$out/order"
        """#
}
