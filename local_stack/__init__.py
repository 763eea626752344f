"""The whole cloud on one machine: a simulated Discord, a simulated Kaltura and AWS around the real functions."""
