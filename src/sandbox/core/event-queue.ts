export interface QueuedEvent {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
  cancelled: boolean;
}

export interface EventQueue {
  push(at: number, what: () => void): QueuedEvent;
  peek(): QueuedEvent | undefined;
  pop(): QueuedEvent | undefined;
  cancel(event: QueuedEvent): void;
}

/** A binary heap by time, then by order of scheduling. A cancelled event leaves it when it reaches the top. */
export function createEventQueue(): EventQueue {
  const heap: QueuedEvent[] = [];
  let pushed = 0;

  function isBefore(left: number, right: number): boolean {
    const one = heap[left];
    const other = heap[right];
    if (one === undefined || other === undefined) return false;
    return one.at === other.at ? one.order < other.order : one.at < other.at;
  }

  function swap(left: number, right: number): void {
    const one = heap[left];
    const other = heap[right];
    if (one === undefined || other === undefined) return;
    heap[left] = other;
    heap[right] = one;
  }

  function rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!isBefore(child, parent)) return;
      swap(child, parent);
      child = parent;
    }
  }

  function sink(from: number): void {
    for (let parent = from; ; ) {
      const left = parent * 2 + 1;
      const first = isBefore(left + 1, left) ? left + 1 : left;
      if (!isBefore(first, parent)) return;
      swap(first, parent);
      parent = first;
    }
  }

  function removeTop(): QueuedEvent | undefined {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    sink(0);
    return top;
  }

  function dropCancelled(): void {
    while (heap[0]?.cancelled === true) removeTop();
  }

  return {
    push(at, what) {
      pushed += 1;
      const event: QueuedEvent = { at, order: pushed, what, cancelled: false };
      heap.push(event);
      rise(heap.length - 1);
      return event;
    },
    peek() {
      dropCancelled();
      return heap[0];
    },
    pop() {
      dropCancelled();
      return removeTop();
    },
    cancel(event) {
      event.cancelled = true;
    },
  };
}
