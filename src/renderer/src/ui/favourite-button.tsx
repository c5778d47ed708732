import { ActionIcon } from '@mantine/core';
import type { ServiceRef } from '../../../shared/model/service.ts';
import { isSameService, toggleFavourite, useFavourites } from '../lib/kept-services.ts';

/** Marks a service as a favourite, which search lists first. */
export function FavouriteButton({ service }: { readonly service: ServiceRef }) {
  const isFavourite = useFavourites().some((each) => isSameService(each, service));
  return (
    <ActionIcon
      variant="subtle"
      size="sm"
      aria-pressed={isFavourite}
      aria-label="Favourite"
      title={isFavourite ? 'Remove from favourites' : 'Add to favourites: search lists it first'}
      onClick={() => toggleFavourite(service)}
    >
      <span aria-hidden>{isFavourite ? '★' : '☆'}</span>
    </ActionIcon>
  );
}
