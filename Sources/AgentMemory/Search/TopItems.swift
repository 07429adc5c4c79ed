/// The best so many of a sequence of items, in a binary heap with the worst of them on top: O(log *limit*) for an item
/// that gets in, O(1) for one that doesn't.
struct TopItems<Item> {
    private let limit: Int
    private let isBetter: (Item, Item) -> Bool
    private var heap: [Item] = []

    init(limit: Int, isBetter: @escaping (Item, Item) -> Bool) {
        self.limit = limit
        self.isBetter = isBetter
    }

    mutating func offer(_ item: Item) {
        if heap.count < limit {
            heap.append(item)
            siftUp()
        } else if let worst = heap.first, isBetter(item, worst) {
            heap[0] = item
            siftDown()
        }
    }

    /// The items, best first.
    func sorted() -> [Item] { heap.sorted(by: isBetter) }

    private mutating func siftUp() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBetter(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if isBetter(heap[worst], heap[child]) { worst = child }
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
