/** One of each for every region, made when the region is first asked for. */
export function byRegion<Part>(create: (region: string) => Part): (region: string) => Part {
  const parts = new Map<string, Part>();
  return (region) => {
    const part = parts.get(region) ?? create(region);
    parts.set(region, part);
    return part;
  };
}
