import { ref } from 'vue'

/** Whether the sheet of keys is open. */
export const showKeys = ref(false)
