//! Record linkage: blocking, comparisons, match weights, clusters, explanations.
