interface Option<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

/** The choices of a control, in the order in which their labels are written. */
export function optionsOf<Value extends string>(labels: Readonly<Record<Value, string>>): Option<Value>[] {
  // The keys of an object are all texts; its type says which.
  return (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));
}
