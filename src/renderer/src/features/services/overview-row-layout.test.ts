import { expect, it } from 'vitest';
import type { ServiceRow } from '../../../../shared/model/service.ts';
import { causeWidth, layoutFor, type RowSpace, rowHeight, showsNextStep } from './overview-row-layout.ts';

const LONG: NonNullable<ServiceRow['problem']> = {
  kind: 'revision-not-active',
  sentence:
    'The task definition web:1 is DELETE_IN_PROGRESS: ECS still starts tasks of it, but no deployment can choose it, and it is deleted as soon as nothing uses it.',
  nextStep: 'Deploy an active revision.',
};

function spaceOf(width: number): RowSpace {
  const layout = layoutFor(width);
  return { layout, density: 'comfortable', causeWidth: causeWidth(layout, width), isWide: false };
}

it('a row of the overview grows with its cause, so that no word of it is cut', () => {
  const heightAt = (width: number): number =>
    rowHeight({ ...spaceOf(width), cause: LONG.sentence, hasNext: false, steps: 1 });
  const { causeWidth: pixels } = spaceOf(1140);
  expect(heightAt(1140)).toBeGreaterThanOrEqual(Math.ceil((LONG.sentence.length * 7) / pixels) * 19);
  expect(heightAt(1140)).toBeGreaterThan(heightAt(1600));
});

it('a row of the overview leaves a service the width of a long name and five tasks', () => {
  for (const width of [1100, 1140, 1300]) {
    // Pixels of the other columns, of the next steps and of both ends.
    expect(width - 404 - 180 - 28 - causeWidth('timeline', width)).toBeGreaterThanOrEqual(236);
  }
});

it('a healthy row of the overview has one height, whatever the width of the list', () => {
  const heights = [1140, 1600].map((width) =>
    rowHeight({ ...spaceOf(width), cause: '', hasNext: false, steps: 0 }),
  );
  expect(heights).toEqual([49, 49]);
});

it('a row of the overview has its next steps under the cause where the list is narrow', () => {
  const space = spaceOf(600);
  expect(space.layout).toBe('stacked');
  const [without, one] = [0, 1].map((steps) =>
    rowHeight({ ...space, cause: LONG.sentence, hasNext: true, steps }),
  );
  expect(one).toBeGreaterThan(without ?? 0);
});

it('a next step of the overview is left to the buttons where it does not fit on a line', () => {
  expect(showsNextStep(LONG, 400)).toBe(true);
  expect(showsNextStep({ ...LONG, nextStep: LONG.sentence }, 400)).toBe(false);
});
