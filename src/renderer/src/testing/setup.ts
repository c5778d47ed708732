import { configure } from '@testing-library/react';

/** For an element that never comes. Slowness alone never takes this long. */
const HANGING_MS = 120_000;

configure({ asyncUtilTimeout: HANGING_MS });
