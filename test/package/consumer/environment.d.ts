// The types of RxJS need this; ours need neither DOM nor Node.
declare function setTimeout(handler: () => void, timeout?: number): number;
