# Completion of outbox(1) for bash: a file in /usr/share/bash-completion/completions with the name outbox.
# shellcheck shell=bash disable=SC2207
_outbox() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]-} options
	local commands='status list show events retry flush hold release remove run drain send sendmail check profile setup purge'
	local common='--spool --any-parent --any-filesystem --json --quiet --no-color --help'
	case $before in
	--spool | --root) COMPREPLY=($(compgen -d -- "$word")); return ;;
	--dsn-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
	--state) COMPREPLY=($(compgen -W 'due deferred held failed quarantined' -- "$word")); return ;;
	--priority) COMPREPLY=($(compgen -W 'urgent normal bulk' -- "$word")); return ;;
	--events-addresses) COMPREPLY=($(compgen -W 'plain hash none' -- "$word")); return ;;
	--durability) COMPREPLY=($(compgen -W 'full none' -- "$word")); return ;;
	--user) COMPREPLY=($(compgen -u -- "$word")); return ;;
	--profile) COMPREPLY=($(compgen -W "$(outbox profile list --json 2>/dev/null | sed -n 's/.*"name":"\([^"]*\)".*/\1/p')" -- "$word")); return ;;
	esac
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "$commands --help --version" -- "$word"))
		return
	fi
	local selection='--state --profile --tag --recipient --all' relay='--profile --dsn-file --insecure'
	case $command in
	list) options="$selection --limit --after" ;;
	flush) options="$selection --only-mark" ;;
	retry | hold | release | remove) options=$selection ;;
	purge) options="$selection --older-than --yes" ;;
	show) options='--message' ;;
	events) options='--cursor --limit --follow' ;;
	run | drain) options='--once --forever --detach --timeout --messages --durability --insecure --allowed-hosts --no-private-hosts --ca-file --tls-cache --ehlo' ;;
	send) options="$relay --queue --from --to --tag --key --at --hold --priority --transcript" ;;
	check) options="$relay --transcript" ;;
	profile) options="list show save delete $relay --set" ;;
	setup) options='--user --root --events-addresses' ;;
	sendmail) options='-t -i -oi -f -F -bs --profile --tag' ;;
	*) return ;;
	esac
	case $command:$word in
	show:[0-9A-Z]* | retry:[0-9A-Z]* | hold:[0-9A-Z]* | release:[0-9A-Z]* | remove:[0-9A-Z]*)
		options=$(outbox list --limit 200 --json 2>/dev/null | sed -n 's/.*"id":"\([^"]*\)".*/\1/p') ;;
	esac
	COMPREPLY=($(compgen -W "$options $common" -- "$word"))
}
complete -F _outbox outbox
