_autogen() {
    local -a words=()
    local word cut at=0 glued= before=
    for ((cut = 0; cut < ${#COMP_WORDS[@]}; cut++)); do
        word=${COMP_WORDS[cut]}
        [[ $word =~ ^[:=]+$ ]] && glued=1
        if [[ $glued && ${#words[@]} -gt 1 ]]; then words[${#words[@]} - 1]+=$word; else words+=("$word"); fi
        [[ $word =~ ^[:=]+$ ]] || glued=
        [[ $cut -eq $COMP_CWORD ]] && at=$((${#words[@]} - 1))
    done
    local -a COMP_WORDS=("${words[@]}")
    local COMP_CWORD=$at
    _clap_complete_autogen "$1" "${words[at]}" "$3"
    word=${words[at]##*[:=]}
    before=${words[at]%"$word"}
    if [[ -n $before && $COMP_WORDBREAKS == *[:=]* ]]; then COMPREPLY=("${COMPREPLY[@]#"$before"}"); fi
}
complete -o nospace -o bashdefault -o nosort -F _autogen autogen 2>/dev/null ||
    complete -o nospace -o bashdefault -F _autogen autogen
