/** What Slurm 22.05.8 printed on a lab of four nodes, with times as seconds since 1970; the nodes have shorter names. */

export const NODES = `NodeName=gpu-1 Arch=x86_64 CoresPerSocket=1  CPUAlloc=1 CPUEfctv=64 CPUTot=64 CPULoad=2.55 AvailableFeatures=fabric-a ActiveFeatures=fabric-a Gres=gpu:h100:8 NodeAddr=127.0.0.1 NodeHostName=spillway-lab Port=17001 Version=22.05.8 OS=Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC @0  RealMemory=512000 AllocMem=0 FreeMem=22156 Sockets=64 Boards=1 State=MIXED+DRAIN ThreadsPerCore=1 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=owner,market  BootTime=1795506698 SlurmdStartTime=1795537298 LastBusyTime=1795537298 CfgTRES=cpu=64,mem=500G,billing=64,gres/gpu=8,gres/gpu:h100=8 AllocTRES=cpu=1,gres/gpu=4,gres/gpu:h100=4 CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s ExtSensorsWatts=0 ExtSensorsTemp=n/s Reason=a b State=IDLE Gres=gpu:99 [root@1795537467]
NodeName=gpu-2 Arch=x86_64 CoresPerSocket=1  CPUAlloc=0 CPUEfctv=64 CPUTot=64 CPULoad=2.55 AvailableFeatures=fabric-a ActiveFeatures=fabric-a Gres=gpu:h100:8 NodeAddr=127.0.0.1 NodeHostName=spillway-lab Port=17002 Version=22.05.8 OS=Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC @0  RealMemory=512000 AllocMem=0 FreeMem=22156 Sockets=64 Boards=1 State=IDLE+PLANNED ThreadsPerCore=1 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=owner,market  BootTime=1795506699 SlurmdStartTime=1795537299 LastBusyTime=1795538669 CfgTRES=cpu=64,mem=500G,billing=64,gres/gpu=8,gres/gpu:h100=8 AllocTRES= CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s ExtSensorsWatts=0 ExtSensorsTemp=n/s
NodeName=gpu-3 Arch=x86_64 CoresPerSocket=1  CPUAlloc=1 CPUEfctv=64 CPUTot=64 CPULoad=2.55 AvailableFeatures=fabric-b ActiveFeatures=fabric-b Gres=gpu:h100:8 NodeAddr=127.0.0.1 NodeHostName=spillway-lab Port=17003 Version=22.05.8 OS=Linux 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC @0  RealMemory=512000 AllocMem=0 FreeMem=22156 Sockets=64 Boards=1 State=MIXED ThreadsPerCore=1 TmpDisk=0 Weight=1 Owner=N/A MCS_label=N/A Partitions=owner,market  BootTime=1795506698 SlurmdStartTime=1795537298 LastBusyTime=1795537298 CfgTRES=cpu=64,mem=500G,billing=64,gres/gpu=8,gres/gpu:h100=8 AllocTRES=cpu=1,gres/gpu=8,gres/gpu:h100=8 CapWatts=n/a CurrentWatts=0 AveWatts=0 ExtSensorsJoules=n/s ExtSensorsWatts=0 ExtSensorsTemp=n/s
`;

export const TOPOLOGY = `SwitchName=fabric-a Level=0 LinkSpeed=1 Nodes=gpu-1,gpu-2
SwitchName=fabric-b Level=0 LinkSpeed=1 Nodes=gpu-3,gpu-4
SwitchName=spine Level=1 LinkSpeed=1 Nodes=gpu-[1-4] Switches=fabric-a,fabric-b
`;

export const RESERVATIONS = `ReservationName=maint1 StartTime=1795542171 EndTime=1795545771 Duration=01:00:00 Nodes=gpu-4 NodeCnt=1 CoreCnt=64 Features=(null) PartitionName=(null) Flags=MAINT,IGNORE_JOBS,SPEC_NODES TRES=cpu=64 Users=root Groups=(null) Accounts=(null) Licenses=(null) State=INACTIVE BurstBuffer=(null) Watts=n/a MaxStartDelay=(null)
`;

export const CONFIGURATION = `Configuration data as of 1795538678
ClusterName             = lab
PrivateData             = none
SlurmUser               = slurm(64030)
SlurmdUser              = root(0)
SLURM_VERSION           = 22.05.8
StateSaveLocation       = /run/spillway-lab/state
`;

/** With `<d>` for a delimiter. A job has a line break in its name, another a bar. */
export const JOBS = `3<d>3<d>N/A<d>trainer<d>training<d>owner<d>PENDING<d>Resources<d>4294901757<d>cpu=2,mem=1000G,node=2,billing=2,gres/gpu=16,gres/gpu:h100=16<d>gres:gpu:h100:8<d>N/A<d>N/A<d>N/A<d>2<d>2<d>*<d>OK<d><d>2:00:00<d>1795540946<d>1795537348<d>1795537348<d>1795548146<d>(null)<d>wrap<d>
4<d>4<d>N/A<d>trainer<d>training<d>owner<d>PENDING<d>BeginTime<d>4294901756<d>cpu=4,mem=500G,node=1,billing=4,gres/gpu=4<d>N/A<d>gres:gpu:4<d>N/A<d>N/A<d>1<d>4<d>*<d>OK<d><d>1:00:00<d>1795544549<d>1795537349<d>1795544549<d>1795548149<d>(null)<d>wrap<d>
7<d>7<d>N/A<d>trainer<d>training<d>owner<d>PENDING<d>Dependency<d>4294901754<d>cpu=1,mem=500G,node=1,billing=1,gres/gpu=1<d>gres:gpu:1<d>N/A<d>N/A<d>N/A<d>1<d>1<d>*<d>OK<d><d>1:00:00<d>N/A<d>1795537354<d>N/A<d>N/A<d>(null)<d>new
line<d>
8<d>8<d>N/A<d>trainer<d>training<d>owner<d>PENDING<d>Priority<d>4294901753<d>cpu=1,mem=500G,node=1,billing=1<d>N/A<d>N/A<d>N/A<d>N/A<d>1<d>1<d>*<d>NO<d><d>1:00:00<d>1795545781<d>1795537356<d>1795537356<d>1795549381<d>(null)<d>wrap<d>
5<d>5<d>N/A<d>trainer<d>training<d>owner<d>PENDING<d>JobHeldUser<d>0<d>cpu=1,mem=500G,node=1,billing=1,gres/gpu=8<d>N/A<d>gres:gpu:8<d>N/A<d>N/A<d>1<d>1<d>*<d>OK<d><d>1:00:00<d>N/A<d>1795537351<d>N/A<d>N/A<d>(null)<d>wrap<d>
1<d>1<d>N/A<d>trainer<d>training<d>owner<d>RUNNING<d>None<d>4294901759<d>cpu=1,node=1,billing=1,gres/gpu=4,gres/gpu:h100=4<d>gres:gpu:4<d>N/A<d>N/A<d>N/A<d>1<d>1<d>*<d>OK<d>gpu-1<d>1:00:00<d>1795537345<d>1795537345<d>1795537345<d>1795540945<d>(null)<d>a|b c<d>
2<d>2<d>N/A<d>trainer<d>training<d>owner<d>RUNNING<d>None<d>4294901758<d>cpu=2,node=2,billing=2,gres/gpu=16,gres/gpu:h100=16<d>gres:gpu:8<d>N/A<d>N/A<d>N/A<d>2<d>2<d>*<d>OK<d>gpu-[3-4]<d>1:00:00<d>1795537346<d>1795537346<d>1795537346<d>1795540946<d>(null)<d>wrap<d>
`;
