/** How much of the traffic the target gets, in percent; the source gets the rest. */
export interface TrafficWeights {
  readonly production: number;
  readonly test: number;
}
