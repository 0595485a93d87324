import assert from 'node:assert/strict';
import { layerSizes } from '../../../src/core/engine/image-layers';

const step = (Size: number, CreatedBy: string) => ({ Size, CreatedBy });

describe('the sizes of an image’s layers', () => {
  it('are the steps’ that have a size, where there are as many of them as layers', () => {
    const history = [step(0, 'CMD ["sleep"]'), step(20, 'RUN b'), step(0, 'ENV A=1'), step(10, '')];
    assert.deepEqual(layerSizes(history, 2), [10, 20]);
  });

  it('count a layer without content, which a step that only notes something is not', () => {
    const history = [
      step(0, 'CMD ["sleep"]'),
      step(0, 'WORKDIR /workspace'),
      step(0, 'USER dev'),
      step(7, 'RUN : berth base'),
      step(0, '/bin/sh -c #(nop)  LABEL a=b'),
      step(5, '/bin/sh -c #(nop) COPY dir:1 in /'),
      step(9, ''),
    ];
    assert.deepEqual(layerSizes(history, 4), [9, 5, 7, 0]);
  });

  it('are not told where the two numbers cannot be brought together', () => {
    assert.equal(layerSizes([step(1, 'RUN a')], 2), null);
  });
});
