import { Anchor } from '@mantine/core';

/** An address in a sentence, without the full stop or comma that follows it. */
const ADDRESS = /(https?:\/\/[^\s"'<>]{1,500}?)(?=[.,;]?(?:\s|$))/;

/** A sentence whose web address opens in the system's browser. The address may come from a task definition. */
export function SentenceWithLink({ sentence }: { readonly sentence: string }) {
  const [before, address, ...after] = sentence.split(ADDRESS);
  if (address === undefined || URL.parse(address) === null) return sentence;
  return (
    <>
      {before}
      <Anchor href={address} target="_blank" rel="noreferrer" inherit>
        {address}
      </Anchor>
      {after.join('')}
    </>
  );
}
