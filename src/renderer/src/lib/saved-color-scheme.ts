import {
  isMantineColorScheme,
  localStorageColorSchemeManager,
  type MantineColorSchemeManager,
} from '@mantine/core';

const COOKIE = 'slipway-theme';
const YEAR_S = 365 * 24 * 60 * 60;

/**
 * Keeps the chosen theme. The browser host has another port at each start, so another origin with an empty storage;
 * a cookie belongs to the host name alone. The desktop app's own scheme has no cookies but a storage that stays.
 */
export function savedColorScheme(): MantineColorSchemeManager {
  const storage = localStorageColorSchemeManager();
  return {
    ...storage,
    get: (fallback) => storage.get(cookieScheme() ?? fallback),
    set(scheme) {
      storage.set(scheme);
      // biome-ignore lint/suspicious/noDocumentCookie: it is read before the first paint, and the Cookie Store only answers later.
      document.cookie = `${COOKIE}=${scheme}; path=/; max-age=${YEAR_S}; samesite=strict`;
    },
  };
}

function cookieScheme() {
  const found = document.cookie.split('; ').find((each) => each.startsWith(`${COOKIE}=`));
  const scheme = found?.slice(COOKIE.length + 1);
  return isMantineColorScheme(scheme) ? scheme : undefined;
}
