/** How each of the lab's programs is started inside, and when it is ready. All are shell lines, run as root. */
import { CLUSTER, MARKET_PARTITION } from "./configuration.ts";
import {
  DATABASE_DATA,
  DATABASE_SOCKET,
  INSIDE,
  MUNGE_SOCKET,
  REST_SOCKET,
  SLURM_CONF,
  SLURMDBD_CONF,
} from "./paths.ts";
import type { SystemUser } from "./paths.ts";
import { type LabPlan, nodesOf } from "./plan.ts";
import { DATABASE_PORT, DBD_PORT, REST_PORT } from "./ports.ts";
import { OWNER_ACCOUNT, TRAINER } from "./users.ts";

export interface Step {
  readonly name: string;
  readonly script: string;
  /** Below the lab's folder: what tells why it did not start. */
  readonly log: string;
}

/** In their order: each needs those before it. */
export function stepsOf(plan: LabPlan): readonly Step[] {
  return [
    { name: "munge", script: MUNGE, log: "munge/log" },
    { name: "MariaDB", script: MARIADB, log: "log/mariadb.log" },
    { name: "slurmdbd", script: SLURMDBD, log: "log/slurmdbd.log" },
    { name: "accounts", script: ACCOUNTS, log: "log/slurmdbd.log" },
    { name: "slurmctld", script: SLURMCTLD, log: "log/slurmctld.log" },
    { name: "slurmrestd", script: SLURMRESTD, log: "log/slurmrestd.log" },
    {
      name: `slurmd on ${nodesOf(plan).length} nodes`,
      script: slurmd(plan),
      log: "log/slurmctld.log",
    },
  ];
}

const LOG = `${INSIDE}/log`;

function as(user: SystemUser, command: string): string {
  return `setpriv --reuid=${user} --regid=$(id -g ${user}) --clear-groups ${command}`;
}

/** For a program that does not put itself into the background. */
function inBackground(command: string, log: string): string {
  return `setsid ${command} < /dev/null > ${LOG}/${log} 2>&1 &`;
}

/** Until it answers; whoever runs the script bounds it in time. */
function until(command: string): string {
  return `until ${command} > /dev/null 2>&1; do sleep 0.05; done`;
}

/** The shell's own way to try a TCP port. */
function listens(port: number): string {
  return until(`bash -c '< /dev/tcp/127.0.0.1/${port}'`);
}

const MUNGE = as(
  "munge",
  `munged --key-file=${INSIDE}/munge/key --socket=${MUNGE_SOCKET} --pid-file=${INSIDE}/munge/pid \\
  --log-file=${INSIDE}/munge/log --seed-file=${INSIDE}/munge/seed`,
);

const MARIADB = `cd /
mariadb-install-db --no-defaults --user=mysql --datadir=${DATABASE_DATA} \\
  --auth-root-authentication-method=normal --skip-test-db > ${LOG}/mariadb-install.log 2>&1
${inBackground(
  `mariadbd --no-defaults --user=mysql --datadir=${DATABASE_DATA} --socket=${DATABASE_SOCKET} \\
  --pid-file=${INSIDE}/database/pid --bind-address=127.0.0.1 --port=${DATABASE_PORT} --init-file=${INSIDE}/database/first.sql`,
  "mariadb.log",
)}
${listens(DATABASE_PORT)}`;

const SLURMDBD = `export SLURM_CONF=${SLURMDBD_CONF}
${as("slurm", "slurmdbd")}
${listens(DBD_PORT)}`;

/** The owner's account alone: accounts of the market's customers are the market's to make. */
const ACCOUNTS = `sacctmgr -i << end
add cluster ${CLUSTER}
add account ${OWNER_ACCOUNT} cluster=${CLUSTER}
add user ${TRAINER.name} account=${OWNER_ACCOUNT} cluster=${CLUSTER}
end
sacctmgr -nP show user ${TRAINER.name} withassoc | grep -q ${OWNER_ACCOUNT}`;

const SLURMCTLD = `${as("slurm", `slurmctld -f ${SLURM_CONF}`)}
${until("timeout 5 scontrol ping | grep -q UP")}
timeout 5 scontrol show partition ${MARKET_PARTITION} > /dev/null`;

/** It makes its socket with the rights that the mask leaves: whoever has a token may use it. */
const SLURMRESTD = `umask 0
export SLURM_JWT=daemon
${inBackground(
  as(
    "nobody",
    `slurmrestd -f ${SLURM_CONF} -a rest_auth/jwt 127.0.0.1:${REST_PORT} unix:${INSIDE}/${REST_SOCKET}`,
  ),
  "slurmrestd.log",
)}
${listens(REST_PORT)}`;

/** Ready when Slurm would give each of them to a job. */
function slurmd(plan: LabPlan): string {
  const names = nodesOf(plan).map(({ name }) => name);
  return `printf '%s\\n' ${names.join(" ")} | xargs -P 4 -I NODE slurmd -N NODE -f ${SLURM_CONF}
${until(`[ "$(timeout 5 sinfo -h -N -t idle -p ${MARKET_PARTITION} | wc -l)" -eq ${names.length} ]`)}`;
}
