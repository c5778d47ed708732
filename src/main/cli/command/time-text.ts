/** A duration in at most two units: `2 h 5 min`, `1 min 30 s`, `12 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes > 0) return seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return `${seconds} s`;
}

/** How long ago a moment was, in one unit: `5 min ago`. Empty for an unknown moment. */
export function agoText(instant: string | undefined, now: Date): string {
  if (instant === undefined) return '';
  const [amount, unit] = durationText(Math.max(0, now.getTime() - Date.parse(instant))).split(' ');
  return `${amount ?? ''} ${unit ?? ''} ago`;
}
