# SPDX-License-Identifier: MIT
# fish completion of valetkey: the command itself says what can follow.

function __valetkey_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] complete -- $words[2..] 2>/dev/null)
    switch "$answer[1]"
        case :files :command
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- (commandline -ct))
        case :folders
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- (commandline -ct))
        case '*'
            string join \n -- $answer
    end
end

complete -c valetkey -f -a '(__valetkey_complete)'
