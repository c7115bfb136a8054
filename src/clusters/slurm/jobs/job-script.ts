import type { JobRequest, JobSignal, JobWork } from "../../../ports.ts";
import { shellWords } from "../access/shell-words.ts";
import { COMMENT_MARK } from "../delivery/notices.ts";

/** What a job's script is made for. */
export interface Scripted extends Pick<
  JobRequest,
  "work" | "noticeSignal" | "tasks" | "cpusPerTask"
> {
  readonly contract: string;
  /** That the job has. */
  readonly nodes: number;
  readonly user: string;
  readonly home: string;
}

/**
 * The batch script in which a holder's work is started, as a step of its own: so the work can be signalled and ended
 * without this script, which ends as the work does. It is bash, and starts nothing of the holder's but by srun.
 *
 * SIGUSR2 says that there is a notice in the job's comment, or a withdrawal: it is written to `$SPILLWAY_NOTICE_FILE`, and
 * for a notice the work is sent the signal that it asked for. SIGTERM, by which Slurm ends a job, is left to the work.
 */
export function jobScript(scripted: Scripted): string {
  const { contract, user, home, work, noticeSignal } = scripted;
  return `#!/bin/bash
told=
trap 'told=yes' USR2 TERM
notice() {
  told=yes
  local said
  said=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%k)
  said=\${said#${COMMENT_MARK} }
  [[ $said == {* ]] || return
  printf '%s\\n' "$said" > "$own/notice.new"
  mv -f -- "$own/notice.new" "$SPILLWAY_NOTICE_FILE"${signalled(noticeSignal)}
}

# How Spillway's own tools print, and that nothing of its environment comes along, is no matter of the work's.
unset SLURM_EXPORT_ENV SLURM_TIME_FORMAT SLURM_BITSTR_LEN
export PATH USER=${shellWords([user])} LOGNAME=${shellWords([user])} HOME=${shellWords([home])}
export SPILLWAY_CONTRACT=${shellWords([contract])}
own="$HOME/.spillway/$SLURM_JOB_ID"
export SPILLWAY_NOTICE_FILE="$own/notice.json"
rm -rf -- "$own"
mkdir -p -- "$HOME/.spillway" && mkdir -m 700 -- "$own" || exit 1
trap 'rm -rf -- "$own"' EXIT
trap notice USR2
[ -z "$told" ] || notice

${started(work, srun(scripted))} < /dev/null &
step=$!

# A signal ends the waiting, and not the step.
while
  told=
  wait "$step"
  code=$?
  [ -n "$told" ]
do :; done
exit "$code"
`;
}

/** Steps alone get it: a script is signalled by --batch only. That a recall is withdrawn is in the file alone. */
function signalled(signal: JobSignal | null): string {
  if (signal === null) return "";
  return `\n  [[ $said == *'"withdrawn":true'* ]] || scancel --signal=${signal} "$SLURM_JOB_ID"`;
}

/** Of fewer tasks than nodes, each is on a node of its own. Work may start steps beside it: hence --overlap. */
function srun({ nodes, tasks, cpusPerTask }: Scripted): string {
  const count = tasks ?? nodes;
  const words = [`--nodes=${Math.min(count, nodes)}`, `--ntasks=${count}`];
  const cpus = cpusPerTask === null ? [] : [`--cpus-per-task=${cpusPerTask}`];
  return ["srun --overlap --export=ALL", ...words, ...cpus].join(" ");
}

/** No line of base64 is like it. */
const END = "--end--";
const LINE = /.{1,76}/g;

/** @param run how it is started */
function started(work: JobWork, run: string): string {
  if (work.type === "container") {
    const words = [`--container-image=${work.image}`, `--container-mounts=`];
    return `${run} ${shellWords(words)}"$own:$own" -- ${shellWords(work.command)}`;
  }
  const encoded = Buffer.from(work.script).toString("base64").match(LINE) ?? [];
  return `base64 --decode > "$own/script" << '${END}' && chmod 700 -- "$own/script" || exit 1
${encoded.join("\n")}
${END}
${run} -- "$own/script"`;
}
