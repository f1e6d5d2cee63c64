/// Runs inside the image's root: makes the users or puts the files that `/tmp/skein/steps` names.
///
/// Lines of `steps`: `user NAME UID` (a dash for no uid) and `file NUMBER MODE OWNER GROUP PATH`.
enum ApplyScript {
    static let text = #"""
        make_user() {
            name=$1
            uid=$2
            echo "item $name" >&3
            if found=$(id -u "$name" 2>/dev/null); then
                [ "$uid" = - ] || [ "$uid" = "$found" ] || {
                    echo "user $name is in the image already, with uid $found and not $uid" >&2
                    exit 1
                }
                return 0
            fi
            if [ "$uid" = - ]; then
                useradd --create-home --user-group --shell /bin/bash --password '*' "$name"
            else
                useradd --create-home --user-group --shell /bin/bash --password '*' --uid "$uid" "$name"
            fi
        }

        put_file() {
            number=$1
            mode=$2
            owner=$3
            group=$4
            path=$5
            echo "item $path" >&3
            directory=${path%/*}
            if [ -n "$directory" ] && [ ! -d "$directory" ]; then
                top=$directory
                while parent=${top%/*} && [ -n "$parent" ] && [ ! -d "$parent" ]; do top=$parent; done
                mkdir -p -- "$directory"
                chown -hR -- "$owner:$group" "$top"
            fi
            if [ -d "$path" ] && [ ! -L "$path" ]; then
                echo "$path is a directory in the image" >&2
                exit 1
            fi
            rm -f -- "$path"
            cp -- "/tmp/skein/files/$number" "$path"
            chown -- "$owner:$group" "$path"
            chmod -- "$mode" "$path"
        }

        what=$1
        while IFS=' ' read -r kind first second third fourth rest; do
            case "$what-$kind" in
                users-user) make_user "$first" "$second" ;;
                files-file) put_file "$first" "$second" "$third" "$fourth" "$rest" ;;
            esac
        done </tmp/skein/steps
        """#
}
