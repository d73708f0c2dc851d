import { useEffect, useState } from 'react';
import { Blocks } from '../blocks/draw-blocks.tsx';
import { SpotProvider } from '../blocks/scene.ts';
import { FormProvider, useViewForm } from '../fields/form.tsx';
import type { Person, View } from '../wire/types.ts';

const AT_HOME = { home: true } as const;

/** The app's own page for one person. Opening it tells the app, which publishes what is to be seen. */
export function HomeView(props: { me: Person; view: View | undefined; onOpen: () => Promise<void> }) {
  const { me, view, onOpen } = props;
  const [asking, setAsking] = useState(true);
  useEffect(() => {
    let over = false;
    setAsking(true);
    void onOpen().then(() => over || setAsking(false));
    return () => {
      over = true;
    };
  }, [onOpen]);
  return (
    <main className="stage" id="messages" tabIndex={-1} aria-label="Mutabık Home">
      <header className="stage-head">
        <h1>Home</h1>
        <p role="status">{asking ? 'Asking the app…' : `As ${me.name} sees it`}</p>
      </header>
      <div className="home" tabIndex={0} role="region" aria-label="Home">
        {view ? (
          <HomeBlocks key={view.id} view={view} />
        ) : (
          <div className="empty">
            <p className="empty-title">{asking ? 'A moment…' : 'Nothing published yet'}</p>
            <p>The app publishes a Home for each person when that person opens it.</p>
          </div>
        )}
      </div>
    </main>
  );
}

function HomeBlocks({ view }: { view: View }) {
  const form = useViewForm(view);
  return (
    <SpotProvider value={AT_HOME}>
      <FormProvider form={form}>
        <div className="home-sheet">
          <Blocks blocks={view.blocks} />
        </div>
      </FormProvider>
    </SpotProvider>
  );
}
