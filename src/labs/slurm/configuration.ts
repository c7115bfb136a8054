/** The text of the lab's configuration files. What each Slurm line is for where that isn't plain stands beside it. */
import { DATABASE_PORT, DBD_PORT } from "./ports.ts";
import { GPUS, INSIDE, JWT_KEY, MUNGE_SOCKET } from "./paths.ts";
import { GPUS_PER_NODE, type LabPlan, nodesOf } from "./plan.ts";

export const CLUSTER = "lab";
/** Of the lab's machine, as its processes see it. */
export const HOST = "spillway-lab";
/** The lab is all the network there is. */
export const HOSTS = `127.0.0.1 localhost ${HOST}\n`;
export const OWNER_PARTITION = "owner";
export const MARKET_PARTITION = "market";
export const GPU_TYPE = "h100";

/** Declared, not there: nothing of the kind is used. */
const CPUS = 64;
const MEMORY_MB = 512_000;

/** Munge for those on the lab's machine, and tokens for slurmrestd's users. */
const AUTHENTICATION = `AuthType=auth/munge
AuthInfo=socket=${MUNGE_SOCKET}
AuthAltTypes=auth/jwt
AuthAltParameters=jwt_key=${JWT_KEY}`;

export function slurmConf(plan: LabPlan): string {
  return `${SETTINGS}
${TRACKING[plan.tracking]}

NodeName=DEFAULT CPUs=${CPUS} RealMemory=${MEMORY_MB} Gres=gpu:${GPU_TYPE}:${GPUS_PER_NODE} State=UNKNOWN
${nodeLines(plan).join("\n")}

# Training has the higher tier; yet Slurm never preempts what was sold: whether a contract yields is decided by its notice.
PartitionName=${OWNER_PARTITION} Nodes=ALL Default=YES PriorityTier=10 MaxTime=INFINITE State=UP
PartitionName=${MARKET_PARTITION} Nodes=ALL PriorityTier=1 PreemptMode=OFF ReqResv=YES MaxTime=INFINITE State=UP
`;
}

const SETTINGS = `ClusterName=${CLUSTER}
SlurmctldHost=${HOST}(127.0.0.1)
SlurmUser=slurm
${AUTHENTICATION}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
MpiDefault=none
SwitchType=switch/none

StateSaveLocation=${INSIDE}/state
SlurmdSpoolDir=${INSIDE}/spool/%n
SlurmctldPidFile=${INSIDE}/run/slurmctld.pid
SlurmdPidFile=${INSIDE}/run/slurmd-%n.pid
SlurmctldLogFile=${INSIDE}/log/slurmctld.log
SlurmdLogFile=${INSIDE}/log/slurmd-%n.log

AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort=${DBD_PORT}
# The munge socket: without it, slurmdbd is asked through the host's own.
AccountingStoragePass=${MUNGE_SOCKET}
AccountingStorageTRES=gres/gpu,gres/gpu:${GPU_TYPE}
AccountingStorageEnforce=associations,limits,qos

SelectType=select/cons_tres
SelectTypeParameters=CR_Core
GresTypes=gpu
TopologyPlugin=topology/tree
# Nodes have what is declared here, and not what the machine has.
SlurmdParameters=config_overrides
ReturnToService=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE

# An event is acted upon at once, and not on the next round.
SchedulerParameters=sched_interval=1,sched_min_interval=10000,bf_interval=1,batch_sched_delay=0,bf_max_job_test=1000,bf_continue
CompleteWait=0
KillWait=1
EpilogMsgTime=1`;

const TRACKING = {
  cgroup: "ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup",
  "process-tree": "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none",
} as const;

function nodeLines(plan: LabPlan): string[] {
  return plan.fabrics.flatMap(({ name: fabric, nodes }) =>
    nodes.map(
      ({ name, port }) =>
        `NodeName=${name} NodeHostname=${HOST} NodeAddr=127.0.0.1 Port=${port} Feature=${fabric}`,
    ),
  );
}

/** The spine lets a job that asks for no fabric span both. */
export function topologyConf({ fabrics }: LabPlan): string {
  const leaves = fabrics.map(
    ({ name, nodes }) => `SwitchName=${name} Nodes=${nodes.map((node) => node.name).join(",")}`,
  );
  return `${leaves.join("\n")}\nSwitchName=spine Switches=${fabrics.map(({ name }) => name).join(",")}\n`;
}

/** Every node has the same ones, since there is one machine. */
export function gresConf(plan: LabPlan): string {
  const nodes = nodesOf(plan).map(({ name }) => name);
  return `NodeName=${nodes.join(",")} Name=gpu Type=${GPU_TYPE} File=${GPUS}/[0-${GPUS_PER_NODE - 1}]\n`;
}

/** Cores and memory are declared beyond what there is: only devices can be held to. */
export const CGROUP_CONF = `CgroupPlugin=cgroup/v1
CgroupAutomount=yes
ConstrainDevices=yes
ConstrainCores=no
ConstrainRAMSpace=no
`;

/** @param password of the database's user `slurm` */
export function slurmdbdConf(password: string): string {
  return `SlurmUser=slurm
${AUTHENTICATION}
DbdHost=${HOST}
DbdAddr=127.0.0.1
DbdPort=${DBD_PORT}
PidFile=${INSIDE}/run/slurmdbd.pid
LogFile=${INSIDE}/log/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=${DATABASE_PORT}
StorageUser=slurm
StoragePass=${password}
StorageLoc=slurm_acct_db
`;
}

/** What MariaDB carries out at its first start. */
export function databaseSql(password: string): string {
  return `CREATE DATABASE slurm_acct_db;
CREATE USER slurm@localhost IDENTIFIED BY '${password}';
CREATE USER slurm@'127.0.0.1' IDENTIFIED BY '${password}';
GRANT ALL ON slurm_acct_db.* TO slurm@localhost;
GRANT ALL ON slurm_acct_db.* TO slurm@'127.0.0.1';
`;
}
