"""What a deployment costs: operations counted in the real code, times published prices."""
