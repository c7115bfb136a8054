/** A cluster that does not answer, or does not let Spillway do what was asked for; the cause says why. */
export class ClusterUnseen extends Error {
  override readonly name = "ClusterUnseen";
}
