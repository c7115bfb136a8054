import { expect, test } from "vitest";
import type { SlurmReservation } from "../seen.ts";
import { at } from "./delivery.test-data.ts";
import type { Hold } from "./holds.ts";
import { reservationDeeds, scontrolWords } from "./reservation-deeds.ts";

const NOW = at(100);
const HOLD: Hold = {
  reservation: "spw-p_ctr_1",
  contract: "ctr_1",
  account: "spw-acme",
  nodes: ["a", "b"],
  start: at(50),
  end: at(900),
};

function there(change: Partial<SlurmReservation> = {}): SlurmReservation {
  return {
    name: HOLD.reservation,
    start: at(51),
    end: at(900),
    nodes: ["b", "a"],
    accounts: ["spw-acme"],
    users: [],
    flags: ["SPEC_NODES"],
    partition: "market",
    ...change,
  };
}

/** As scontrol would be told. */
function told(holds: readonly Hold[], seen: readonly SlurmReservation[]): string[] {
  const deeds = reservationDeeds("p", holds, seen, NOW);
  return deeds.map((deed) => scontrolWords(deed, "market", NOW).join(" "));
}

test.each<[string, Partial<SlurmReservation>, string[]]>([
  ["what is as it should be is left alone", {}, []],
  ["nodes are set as a whole", { nodes: ["a"] }, ["update ReservationName=spw-p_ctr_1 Nodes=a,b"]],
  [
    "so is an end",
    { end: at(400) },
    ["update ReservationName=spw-p_ctr_1 EndTime=1970-01-01T00:15:00"],
  ],
  [
    "and an account",
    { accounts: ["other"] },
    ["update ReservationName=spw-p_ctr_1 Accounts=spw-acme"],
  ],
])("%s", (_, change, words) => {
  expect(told([HOLD], [there(change)])).toEqual(words);
});

test("what is lacking is made, now where its start is past", () => {
  const rest =
    "EndTime=1970-01-01T00:15:00 Nodes=a,b Accounts=spw-acme PartitionName=market Flags=IGNORE_JOBS";
  const begin = "create reservation ReservationName=spw-p_ctr_1 StartTime";
  expect(told([HOLD], [])).toEqual([`${begin}=now ${rest}`]);
  const later = { ...HOLD, start: at(300) };
  expect(told([later], [])).toEqual([`${begin}=1970-01-01T00:05:00 ${rest}`]);
  expect(told([later], [there({ start: at(200) })])).toEqual([
    "update ReservationName=spw-p_ctr_1 StartTime=1970-01-01T00:05:00",
  ]);
});

test("what is the pool's and nobody's is deleted; what is another's is not touched", () => {
  const names = ["spw-p_ctr_9", "spw-p-2_ctr_9", "spw-q_ctr_9", "maintenance", "spw-p"];
  expect(
    told(
      [],
      names.map((name) => there({ name })),
    ),
  ).toEqual(["delete ReservationName=spw-p_ctr_9"]);
});

test("nodes come free before they are taken", () => {
  const second = { ...HOLD, reservation: "spw-p_ctr_2", contract: "ctr_2", nodes: ["c", "d"] };
  const third = { ...HOLD, reservation: "spw-p_ctr_3", contract: "ctr_3", nodes: ["e"] };
  const seen = [
    there({ nodes: ["a", "b", "c"] }),
    there({ name: "spw-p_ctr_2", nodes: ["d"] }),
    there({ name: "spw-p_ctr_9", nodes: ["e"] }),
  ];
  expect(told([third, second, HOLD], seen).map((words) => words.split(" Nodes=")[0])).toEqual([
    "delete ReservationName=spw-p_ctr_9",
    "update ReservationName=spw-p_ctr_1",
    expect.stringContaining("create reservation ReservationName=spw-p_ctr_3"),
    "update ReservationName=spw-p_ctr_2",
  ]);
});
