/** Whether the engine of the browser host, or its sandbox, is made of this file. The page is Vite's. */
export function isEngineSource(file: string): boolean {
  if (!/^src\/(main|shared|sandbox)\/.*\.ts$/.test(file)) return false;
  return !/\.test\.ts$|\/testing\/|^src\/main\/(electron|testing)\//.test(file);
}
