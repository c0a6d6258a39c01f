#!/usr/bin/env bash
# What the action runs. `autogen` has to be in PATH, and the base branch in the clone (actions/checkout with fetch-depth: 0).
# Each report is written as annotations and, by autogen itself, as markdown into the step's summary.
set -uo pipefail

base=()
[ -n "${AUTOGEN_BASE:-}" ] && base=(--base "$AUTOGEN_BASE")
worst=0

step() {
    "$@"
    local code=$?
    [ "$code" -gt "$worst" ] && worst=$code
    return 0
}

step autogen check --format github "${base[@]}"
if [ ${#base[@]} -gt 0 ]; then
    if [ "${AUTOGEN_LINT:-false}" = true ]; then
        step autogen lint --format github "${base[@]}"
    else
        step autogen review --format github "${base[@]}"
    fi
fi
exit "$worst"
