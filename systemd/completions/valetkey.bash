# SPDX-License-Identifier: MIT
# bash completion of valetkey: the command itself says what can follow.

_valetkey() {
    # Words of the line as typed: bash splits them at = and : too, which belong to options and URLs.
    local line=${COMP_LINE:0:COMP_POINT} words current
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    current=${words[-1]}
    local answer candidates=()
    mapfile -t answer < <("${words[0]/#\~\//$HOME/}" complete -- "${words[@]:1}" 2>/dev/null)
    COMPREPLY=()
    case ${answer[0]-} in
        :files | :folders)
            compopt -o filenames 2>/dev/null
            local kind=-f
            [[ ${answer[0]} == :files ]] || kind=-d
            mapfile -t COMPREPLY < <(compgen "$kind" -- "${current##*=}")
            return
            ;;
        :command)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -A command -f -- "$current")
            return
            ;;
    esac
    local candidate
    for candidate in "${answer[@]%%$'\t'*}"; do
        [[ -z $candidate || $candidate != "$current"* ]] || candidates+=("$candidate")
    done
    # What bash replaces begins behind the last of these characters.
    local kept=${current%"${current##*[=:]}"}
    for candidate in "${candidates[@]}"; do COMPREPLY+=("${candidate#"$kept"}"); done
} && complete -F _valetkey valetkey
